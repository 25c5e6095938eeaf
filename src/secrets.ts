import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export interface Whence {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are meant from. */
  readonly folder: string;
}

/** What the references to secrets in a config or a plan stand for, as far as it can be had here. */
export async function secretsIn(value: unknown, whence: Whence): Promise<string[]> {
  if (typeof value !== 'object' || value === null) return [];
  const { fromEnv, fromFile } = value as { fromEnv?: unknown; fromFile?: unknown };
  if (typeof fromEnv === 'string') return [whence.env[fromEnv] ?? ''];
  if (typeof fromFile === 'string') return [await contentOf(fromFile, whence)];
  return (await Promise.all(Object.values(value).map((part) => secretsIn(part, whence)))).flat();
}

/** One that cannot be read cannot be shown either; whoever needs it will say that it is missing. */
function contentOf(path: string, { folder }: Whence): Promise<string> {
  return readFile(resolve(folder, path), 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
}
