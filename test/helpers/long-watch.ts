import type { JournalRecord, Measurement, StoreLimits } from '../../src/contract/index.ts';
import { drive, open, readNewest } from '../../src/engine/index.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { createTestWorld, planOf, probeGate, serving } from './world.ts';

interface Watch {
  readonly hours: number;
  /** What the gate reads at this time. */
  readonly reading?: (at: number) => Measurement;
  readonly limits?: StoreLimits;
  /** How many gates watch, all alike. */
  readonly gates?: number;
}

/** The records of one long bake, whose gates are asked each five seconds. */
export async function longWatch({
  hours,
  reading,
  limits,
  gates: count = 1,
}: Watch): Promise<JournalRecord[]> {
  const entries = new Map<string, string>();
  const world = createTestWorld({ store: createMemoryStore(entries, limits) });
  serving(world.platform);
  if (reading) world.readings.set('probe', () => reading(world.clock.monotonic()));
  const duration = hours * 3_600_000;
  const watch = Array.from({ length: count }, (_, nth) => (nth === 0 ? 'probe' : `probe${nth}`));
  const bake = { kind: 'bake', duration, extension: 0, watch } as const;
  const gates = Object.fromEntries(watch.map((name) => [name, { ...probeGate, interval: 5000 }]));
  const plan = await planOf(world, [bake], { gates });
  const session = await open(world, plan, await readNewest(world, plan.target.id));
  // Nothing was deployed, so that the last look finds another release live: only the bake counts here.
  await world.clock.run(drive(session));
  return [...entries]
    .filter(([key]) => key.includes('/log/'))
    .map(([, text]) => JSON.parse(text) as JournalRecord);
}

export const gateRecords = (records: readonly JournalRecord[]) =>
  records.flatMap(({ at, body }) => (body.kind === 'gates' ? [{ at, rounds: body.rounds }] : []));
