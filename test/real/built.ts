import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** The command line as it was built. */
export const builtBinary = () =>
  join(process.env.DEPLOYCTL_BUILT ?? REPOSITORY, 'bin/deployctl.js');

/** Keeps a copy for as long as the tests go on: a build meanwhile would change it under their feet. */
export default function keepBuilt(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-built-'));
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  process.env.DEPLOYCTL_BUILT = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
