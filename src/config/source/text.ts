import { readFile } from 'node:fs/promises';
import { DeployError, isDeployError } from '../../contract/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { configInvalid } from '../problem.ts';
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
    if (standing === 'pipe or device') throw sourceTextUnreadable(file, { code: 'ENOTSUP' });
    return standing === 'large file' ? Buffer.alloc(MOST_BYTES + 1) : await readFile(path);
  } catch (error) {
    throw isDeployError(error) ? error : sourceTextUnreadable(file, error as NodeJS.ErrnoException);
  }
}

export function sourceTextUnreadable(
  file: string,
  error: Partial<Pick<NodeJS.ErrnoException, 'code' | 'message'>>,
): DeployError {
  const { code, message } = error;
  const missing = code === 'ENOENT';
  const name = displaySafe(file);
  return new DeployError('config-missing', {
    message: missing ? `There is no config at ${name}` : `The config ${name} cannot be read`,
    why: missing ? undefined : (WHYS[code ?? ''] ?? message),
    state: 'Nothing was touched.',
    next: ['deployctl init'],
    cause: error,
  });
}

const WHYS: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name the file in it.',
  EACCES: 'You are not allowed to read it.',
  ENOTDIR: 'A part of the path is a file, not a folder.',
  ELOOP: 'It is a symbolic link that leads back to itself.',
  ENOTSUP: 'It is a pipe or a device, expected a file.',
};

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
