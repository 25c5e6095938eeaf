import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from '../../src/contract/index.ts';
import { keys } from '../../src/engine/journal/keys.ts';
import { parseRecord, sealed } from '../../src/engine/journal/record.ts';
import { type Bed, BINARY, makeDeployedBed, median, type Row } from './rig.ts';

const DEPLOYMENTS = 100_000;
const ROUNDS = 15;
const HISTORY = 150;
const STATUS = 3;

/** What looking costs where very much has been deployed. */
export async function logRows(): Promise<Row[]> {
  const bed = await makeDeployedBed();
  try {
    const log = lengthen(join(bed.folder, 'state/deployctl/journal'));
    return measure(bed, log);
  } finally {
    await bed.remove();
  }
}

/**
 * The one deployment that was made, again and again, as records that the engine takes for its own:
 * numbered, chained, hashed. Only their files are written past the store, unsynced.
 */
function lengthen(journal: string): string {
  const [target = ''] = readdirSync(join(journal, keys.targets));
  const read = (seq: number) => readFileSync(join(journal, keys.record(target, seq)), 'utf8');
  const length = readdirSync(join(journal, keys.log(target))).length;
  const chapter = Array.from({ length }, (_, index) =>
    parseRecord({ store: { url: journal }, target }, index + 1, read(index + 1)),
  );
  let last = chapter.at(-1) as JournalRecord;
  for (let number = 1; number < DEPLOYMENTS; number++) {
    const deployment = `d${number.toString(36).padStart(7, '0')}`;
    const [opens, epoch] = [last.seq + 1, last.epoch + 1];
    for (const { hash, ...record } of chapter) {
      const [seq, at] = [last.seq + 1, last.at + 1000];
      const next = { ...record, seq, at, epoch, deployment, chapter: opens, prev: last.hash };
      const written = sealed(next);
      writeFileSync(join(journal, keys.record(target, seq)), written.text, { mode: 0o600 });
      last = written.record;
    }
    writeFileSync(join(journal, keys.deployment(deployment)), JSON.stringify({ target }));
  }
  return `${DEPLOYMENTS} deployments of ${length} records`;
}

function measure(bed: Bed, log: string): Row[] {
  const nothing = join(bed.folder, 'nothing.mjs');
  writeFileSync(nothing, '');
  const first = timed(bed, [BINARY, 'history']);
  const times = Array.from({ length: ROUNDS }, () => ({
    bare: timed(bed, [nothing]),
    history: timed(bed, [BINARY, 'history']),
    status: timed(bed, [BINARY, 'status']),
  }));
  const of = (what: 'bare' | 'history' | 'status') => median(times.map((one) => one[what]));
  const [bare, history, ratio] = [of('bare'), of('history'), of('status') / of('bare')];
  return [
    {
      what: `history, the newest 20 of ${log}`,
      measured: `${history.toFixed(0)} ms (bare node ${bare.toFixed(0)} ms, the first look ${first.toFixed(0)} ms)`,
      goal: `≤ ${HISTORY} ms`,
      holds: history <= HISTORY,
    },
    {
      what: `status of ${log}`,
      measured: `${ratio.toFixed(2)} × bare node (${bare.toFixed(0)} ms)`,
      goal: `≤ ${STATUS} ×`,
      holds: ratio <= STATUS,
    },
  ];
}

function timed({ folder, env }: Bed, command: readonly string[]): number {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, env });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${command.join(' ')} exits with ${status}: ${stderr}`);
  const lines = String(stdout).trimEnd().split('\n').length;
  if (command[1] === 'history' && lines !== 21) throw new Error(`not 20 deployments:\n${stdout}`);
  return took;
}
