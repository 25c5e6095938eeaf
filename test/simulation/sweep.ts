import { DEFAULT_PACE } from '../../src/engine/index.ts';
import { serving } from '../helpers/world.ts';
import { Actor } from './actor.ts';
import { Ground } from './ground.ts';
import { notSentAgain } from './invariants/index.ts';
import { type Course, plain, v1, v2, v3 } from './plans.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

const WAYS = ['resume', 'rollback', 'deploy'] as const;
type Way = (typeof WAYS)[number];
const MACHINES = ['same machine', 'another machine'] as const;
type Machine = (typeof MACHINES)[number];

export interface Sweep {
  readonly shape: ShapeName;
  readonly course: Course;
  /** Whether the new release fails its gates, so that the death may come on the way back. */
  readonly bad: boolean;
  readonly way: Way;
  readonly machine: Machine;
}

export interface Death {
  /** How often whoever was to die could have died. */
  readonly points: number;
  readonly died: string | null;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

const LIMIT = 3_600_000;
/** Until a machine that knows nothing of the dead holder may act: the ttl, and what was sent by then. */
const FREE_AFTER = DEFAULT_PACE.ttl + DEFAULT_PACE.call + 3000;

/** All there are: strategy, platform, way on, machine, and whether the way back is died on. */
export function allSweeps(shapes: readonly ShapeName[]): readonly Sweep[] {
  return shapes.flatMap((shape) =>
    SHAPES[shape].courses.flatMap((course) =>
      [false, true].flatMap((bad) =>
        WAYS.flatMap((way) => MACHINES.map((machine) => ({ shape, course, bad, way, machine }))),
      ),
    ),
  );
}

export const nameOf = ({ shape, course, bad, way, machine }: Sweep): string =>
  `${course}${shape === 'local' ? '' : ` on ${shape}`}${bad ? ' of a bad release' : ''}, then ${way} on ${machine}`;

/** One deployment that dies at this point, and whoever comes after it. */
export async function dieAt(sweep: Sweep, point: number, tracing = false): Promise<Death> {
  const relay = new Relay(sweep, tracing);
  const first = await relay.begin(point);
  if (first.life.dead) await relay.follow('bob', Infinity);
  return relay.end(first);
}

/** The same, where whoever comes after it dies as well, and a third one brings it to an end. */
export async function dieTwice(sweep: Sweep, point: number, second: number): Promise<Death> {
  const relay = new Relay(sweep, false);
  const first = await relay.begin(point);
  if (!first.life.dead) return relay.end(first);
  const bob = await relay.follow('bob', second);
  if (bob?.life.dead) await relay.follow('eve', Infinity);
  return relay.end(bob ?? first);
}

/** A deployment that is handed on from one process to the next, on a platform with no faults. */
class Relay {
  readonly #sweep: Sweep;
  readonly #ground: Ground;
  #deaths = 0;

  constructor(sweep: Sweep, tracing: boolean) {
    this.#sweep = sweep;
    this.#ground = new Ground(1, SHAPES[sweep.shape]);
    this.#ground.witness.tracing = tracing;
    if (sweep.course !== 'first') serving(this.#ground.platform, v1);
    if (sweep.bad) this.#ground.bad.add(v2.id);
  }

  begin(killAt: number): Promise<Actor> {
    const { course } = this.#sweep;
    return this.#run('ada', 'm1', killAt, (ada) => ada.deploy(v2, plain(course)));
  }

  /** Null when there is nothing left for it to do. */
  async follow(name: string, killAt: number): Promise<Actor | null> {
    const { way, machine } = this.#sweep;
    const { newest } = this.#ground.witness;
    const isOpen = newest !== null && !newest.ended;
    if (!isOpen && way !== 'deploy') return null;
    const turned = newest?.turned !== null;
    const where = machine === 'same machine' ? 'm1' : name;
    return this.#run(name, where, killAt, async (actor) => {
      const ending = await this.#give(actor);
      const back = way === 'rollback' || turned || this.#sweep.bad;
      const expected = way !== 'deploy' && back ? 'rolled-back' : 'succeeded';
      if (ending && ending.result !== expected && this.#deaths < 2)
        this.#ground.witness.violated([`${way} ended ${ending.result}: ${ending.reason}`]);
    });
  }

  #give(actor: Actor) {
    const { way, course, shape } = this.#sweep;
    if (way !== 'deploy') return actor[way]();
    // What serves by then is replaced in the way that the platform can.
    const next = SHAPES[shape].courses.includes('blue-green') ? 'blue-green' : 'canary';
    return actor.deploy(v3, plain(course === 'first' ? next : course));
  }

  async #run(
    name: string,
    machine: string,
    killAt: number,
    give: (actor: Actor) => Promise<unknown>,
  ): Promise<Actor> {
    const { clock, witness } = this.#ground;
    const actor = new Actor(this.#ground, name, machine);
    actor.life.killAt = killAt;
    const [began, records] = [clock.monotonic(), witness.records.length];
    const failed = (error: Error) => witness.violated([`${name} failed: ${error.message}`]);
    await clock.run(Promise.race([give(actor).catch(failed), actor.life.died]), LIMIT);
    if (actor.life.dead) this.#deaths += 1;
    const taken = witness.records[records];
    const waited = (taken?.at ?? 0) - clock.wallOffset - began;
    const limit = machine === 'm1' ? 1000 : FREE_AFTER;
    if (taken?.body.kind === 'taken' && waited > limit)
      witness.violated([`the target was free only after ${waited} ms`]);
    return actor;
  }

  end({ life }: Actor): Death {
    const { witness } = this.#ground;
    witness.end();
    // Where things take their time, what is not true yet may be asked for again.
    if (this.#deaths < 2 && this.#sweep.shape === 'local') witness.violated(notSentAgain(witness));
    const { violations, trace } = witness;
    return { points: life.count, died: life.diedOf || null, violations, trace };
  }
}
