import { serving } from '../helpers/world.ts';
import { Actor } from './actor.ts';
import { Ground } from './ground.ts';
import { notSentAgain } from './invariants.ts';
import { type Course, plain, v1, v2, v3 } from './plans.ts';

export const WAYS = ['resume', 'rollback', 'deploy'] as const;
type Way = (typeof WAYS)[number];
export const MACHINES = ['same machine', 'another machine'] as const;
type Machine = (typeof MACHINES)[number];

export interface Sweep {
  readonly course: Course;
  /** Whether the new release fails its gates, so that the death may come on the way back. */
  readonly bad: boolean;
  readonly way: Way;
  readonly machine: Machine;
}

export interface Death {
  readonly points: number;
  readonly died: string | null;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

const LIMIT = 3_600_000;
/** Until a machine that knows nothing of the dead holder may act: the ttl, and what was sent by then. */
const FREE_AFTER = 73_000;

/** One deployment that dies at this point, and whoever comes after it. */
export async function dieAt(sweep: Sweep, point: number, tracing = false): Promise<Death> {
  const ground = new Ground(1);
  ground.witness.tracing = tracing;
  if (sweep.course !== 'first') serving(ground.platform, v1);
  if (sweep.bad) ground.bad.add(v2.id);
  const first = new Actor(ground, 'ada', 'm1');
  first.life.killAt = point;
  const work = first.deploy(v2, plain(sweep.course));
  await ground.clock.run(Promise.race([work, first.life.died]), LIMIT);
  if (first.life.dead) await recover(ground, sweep);
  ground.witness.end();
  ground.witness.violated(notSentAgain(ground.witness));
  const { violations, trace } = ground.witness;
  return { points: first.life.count, died: first.life.diedOf || null, violations, trace };
}

async function recover(ground: Ground, sweep: Sweep): Promise<void> {
  const { witness, clock } = ground;
  const second = new Actor(ground, 'bob', sweep.machine === 'same machine' ? 'm1' : 'm2');
  const state = witness.newest;
  const open = state !== null && !state.ended;
  const turned = state?.turned !== null;
  const died = clock.monotonic();
  const lastRecord = witness.records.length;
  if (!open && sweep.way !== 'deploy') return;
  const work =
    sweep.way === 'deploy'
      ? second.deploy(v3, plain(sweep.course === 'first' ? 'blue-green' : sweep.course))
      : second[sweep.way]();
  const ending = await clock.run(work, LIMIT).catch((error: Error) => {
    witness.violated([`${sweep.way} failed: ${error.message}`]);
    return null;
  });
  const taken = witness.records[lastRecord];
  const waited = (taken?.at ?? 0) - clock.wallOffset - died;
  const limit = sweep.machine === 'same machine' ? 1000 : FREE_AFTER;
  if (open && waited > limit) witness.violated([`the target was free only after ${waited} ms`]);
  const back = sweep.way === 'rollback' || turned || sweep.bad;
  const expected = sweep.way !== 'deploy' && back ? 'rolled-back' : 'succeeded';
  if (ending && ending.result !== expected)
    witness.violated([`${sweep.way} ended ${ending.result}: ${ending.reason}`]);
}
