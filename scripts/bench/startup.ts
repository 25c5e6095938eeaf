import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bed, BINARY, makeDeployedBed, type Row } from './rig.ts';

const ROUNDS = 25;

/** Command lines, and how many times as long as a Node that does nothing they may take. */
const LINES = [
  { line: '--version', most: 1.25 },
  { line: '--help', most: 1.5 },
  { line: 'status', most: 3 },
  { line: 'history', most: 3 },
];

/**
 * How long the command line takes to start. The lines take turns with the bare Node, so that a busy
 * machine slows all of them alike; the lower quartile is what is compared.
 */
export async function startupRows(): Promise<Row[]> {
  const bed = await makeDeployedBed();
  try {
    return measure(bed);
  } finally {
    await bed.remove();
  }
}

function measure(bed: Bed): Row[] {
  const nothing = join(bed.folder, 'nothing.mjs');
  writeFileSync(nothing, '');
  const commands = [[nothing], ...LINES.map(({ line }) => [BINARY, line])];
  const times = commands.map((): number[] => []);
  for (const command of commands) timed(bed, command);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, command] of commands.entries()) times[index]?.push(timed(bed, command));
  const [bare = 1, ...others] = times.map(lowerQuartile);
  return LINES.map(({ line, most }, index) => {
    const ratio = (others[index] ?? Number.NaN) / bare;
    return {
      what: `start-up of ${line}`,
      measured: `${ratio.toFixed(2)} × bare node (${bare.toFixed(0)} ms)`,
      goal: `≤ ${most} ×`,
      holds: ratio <= most,
    };
  });
}

function timed({ folder, env }: Bed, command: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, env });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${command.join(' ')} exits with ${status}: ${stderr}`);
  return took;
}

function lowerQuartile(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;
}
