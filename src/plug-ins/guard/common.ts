import type { Configurable } from '../../contract/index.ts';

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;
export const areNumbers = (...values: unknown[]) => values.every((value) => Number.isFinite(value));
export const isText = (value: unknown) => typeof value === 'string';

export const isOneOf = (values: readonly unknown[], value: unknown) => values.includes(value);

/** Anything can be thrown, even what cannot become text. */
export function thrownWordsOf(error: unknown): string {
  try {
    const { message } = Object(error) as Partial<Error>;
    return typeof message === 'string' ? message : `it threw ${String(error)}`;
  } catch {
    return 'it threw a value that is not an error';
  }
}

/** Theirs to describe; it is looked at where it is used. */
export function settingsOf(kind: Configurable): Configurable {
  return kind.settings ? { settings: kind.settings.bind(kind) } : {};
}

export type Redact = (text: string) => string;
