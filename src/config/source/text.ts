import { readFile } from 'node:fs/promises';
import { isDeployError } from '../../contract/index.ts';
import { configInvalid, configUnreadable } from '../errors.ts';
import { fileStandingOf } from './file-kind.ts';
import { MOST_BYTES } from './limits.ts';

export async function readConfigText(path: string, file: string): Promise<string> {
  return textIn(await readBytes(path, file), file);
}

/** The text of a config file, or an error that says what kind of file this is instead. */
export function textIn(bytes: Buffer, file: string): string {
  const refuse = (text: string, line: number | null = null) =>
    configInvalid(file, [
      { place: { file, line, column: line === null ? null : 1, path: '' }, text },
    ]);
  if (bytes.length > MOST_BYTES) throw refuse('larger than 1 MiB, which is too large for a config');
  const encoding = wideEncoding(bytes);
  if (encoding) throw refuse(`found ${encoding} text, expected UTF-8: save the file as UTF-8`);
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw refuse('found a NUL byte, expected text', lineAt(bytes, nul));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('found bytes that are not UTF-8, expected UTF-8 text');
  }
}

async function readBytes(path: string, file: string): Promise<Buffer> {
  try {
    const standing = await fileStandingOf(path);
    if (standing === 'pipe or device') throw configUnreadable(file, { code: 'ENOTSUP' });
    return standing === 'large file' ? Buffer.alloc(MOST_BYTES + 1) : await readFile(path);
  } catch (error) {
    throw isDeployError(error) ? error : configUnreadable(file, error as NodeJS.ErrnoException);
  }
}

function wideEncoding(bytes: Buffer): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  if (first === 0xfe && second === 0xff) return 'UTF-16BE';
  if (bytes.length < 4 || first === undefined) return null;
  if (second === 0 && bytes[3] === 0 && first !== 0) return 'UTF-16LE';
  return first === 0 && bytes[2] === 0 && second !== 0 ? 'UTF-16BE' : null;
}

const lineAt = (bytes: Buffer, offset: number) =>
  bytes.subarray(0, offset).toString('latin1').split('\n').length;
