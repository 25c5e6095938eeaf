import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VercelFixture } from './fixture.ts';

/** What is in use, in bytes, and what the process held at most, garbage and all. */
export interface Held {
  readonly live: number;
  readonly peak: number;
}

/** Runs in the measured process: what is left of its memory each time that all garbage has gone. */
const PROBE = `
import { readFileSync } from 'node:fs';
let live = 0;
const look = () => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  live = Math.max(live, heapUsed + external);
};
setInterval(look, 100).unref();
process.on('exit', () => {
  look();
  const [, kb] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [0, 0];
  process.stderr.write('\\nheld ' + JSON.stringify({ live, peak: kb * 1024 }) + '\\n');
});
`;
const OPTIONS = `--expose-gc --import data:text/javascript,${encodeURIComponent(PROBE)}`;

/** Deploys so many files of so many bytes. */
export async function heldBy(
  desk: VercelFixture,
  version: string,
  { files, size }: { readonly files: number; readonly size: number },
): Promise<Held> {
  desk.write(version, { poll: '1s' });
  const folder = join(desk.folder, 'site', version);
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < files; at++) {
    const line = `${version} ${at} `;
    writeFileSync(join(folder, `${at}.txt`), line.repeat(Math.ceil(size / line.length)));
  }
  try {
    const { code, said } = await desk.run(`deploy --yes --release ${version}`, {
      NODE_OPTIONS: OPTIONS,
    });
    const [, held] = /^held (.*)$/m.exec(said) ?? [];
    if (code !== 0 || held === undefined) throw new Error(said);
    return JSON.parse(held) as Held;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
