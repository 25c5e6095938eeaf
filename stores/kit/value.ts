import { ProviderError } from '../../src/contract/index.ts';

/** Refuses text that would come back as another one, or not at all: half a character has no bytes of its own. */
export function checkValue(value: string, most: number): string {
  if (!value.isWellFormed())
    throw new ProviderError('permanent', 'a value with half a surrogate pair cannot be stored');
  const bytes = value.length * 3 > most ? Buffer.byteLength(value) : 0;
  if (bytes > most)
    throw new ProviderError(
      'permanent',
      `a value of ${bytes} bytes is larger than the limit of ${most}`,
    );
  return value;
}

/** Names that come after this one in their order. */
export function namesAfter(names: string[], after?: string): string[] {
  return after === undefined ? names : names.filter((name) => name > after);
}
