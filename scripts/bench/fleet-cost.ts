import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import type { Cost, Time } from './fleet.ts';
import type { Row } from './rig.ts';

const run = promisify(execFile);

const FLEET = 1000;
/** Without a limit V8 lets garbage pile up to several times of what is alive. */
const LIMITS = ['--max-semi-space-size=8', '--max-old-space-size=128'];

/** What it costs to drive many deployments at once. */
export async function fleetRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  try {
    // Bundled, as the product is: a process that compiles TypeScript holds that compiler too.
    const entry = { fleet: join(import.meta.dirname, 'fleet-main.ts') };
    await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'silent' });
    const [program] = await readdir(folder);
    const cost = (time: Time) => fleetCost(join(folder, program as string), time);
    return rowsOf(await cost('real'), await cost('virtual'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a process of its own, whose memory is nobody else's. */
async function fleetCost(program: string, time: Time): Promise<Cost> {
  const { stdout } = await run(process.execPath, [...LIMITS, program, String(FLEET), time]);
  return JSON.parse(stdout) as Cost;
}

function rowsOf(real: Cost, virtual: Cost): Row[] {
  const what = `${FLEET} deployments driven at once by one process (node ${LIMITS.join(' ')})`;
  const [megabytes, inVirtualTime] = [real.megabytes.toFixed(0), virtual.megabytes.toFixed(0)];
  return [
    {
      what: `memory of ${what}`,
      measured: `${megabytes} MB at its peak, ${inVirtualTime} MB in virtual time`,
      goal: '≤ 256 MB',
      holds: Math.max(real.megabytes, virtual.megabytes) <= 256,
    },
    {
      what: `processor of ${what}`,
      measured: `${real.cores.toFixed(2)} cores for ${real.seconds.toFixed(0)} s`,
      goal: '≤ 1 core',
      holds: real.cores <= 1,
    },
  ];
}
