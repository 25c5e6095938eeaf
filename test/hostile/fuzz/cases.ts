import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../src/lib/canonical.ts';
import type { Input } from './input.ts';

const FOLDER = join(import.meta.dirname, 'cases');

/** Keeps an input that once failed, so that it is tried for ever after. */
export function keep(input: Input, fault: string): string {
  const { file, bytes, flags } = input;
  const text = bytes.toString();
  const content = Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
  const sort = fault.split('\n')[0] ?? '';
  const path = join(
    FOLDER,
    `${sort.replaceAll(/\W+/g, '-').slice(0, 30)}-${sha256(text).slice(0, 6)}.json`,
  );
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ fault: sort, file, flags, ...content }, null, 2)}\n`);
  return path;
}

interface Kept extends Pick<Input, 'file' | 'flags'> {
  readonly fault: string;
  readonly text?: string;
  readonly base64?: string;
}

/** What once failed, and how. */
export function kept(): readonly (readonly [fault: string, input: Input])[] {
  return readdirSync(FOLDER).map((name) => {
    const { fault, file, flags, text, base64 } = JSON.parse(
      readFileSync(join(FOLDER, name), 'utf8'),
    ) as Kept;
    const bytes = base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
    return [fault, { kind: `kept: ${name}`, file, flags, bytes }];
  });
}
