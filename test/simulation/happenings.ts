import type { ControlKind } from '../../src/contract/index.ts';
import type { Supersede } from '../../src/engine/index.ts';
import type { Actor } from './actor.ts';
import type { Chance } from './chance.ts';
import type { Moment } from './coverage.ts';
import type { Fault, HappeningKind } from './faults.ts';
import type { Ground } from './ground.ts';
import type { Life } from './life.ts';
import { type Taste, v3 } from './plans.ts';

const HOUR = 3_600_000;
const CONTROLS: readonly ControlKind[] = ['approve', 'promote', 'reject', 'pause', 'abort'];
const SUPERSEDE: readonly Supersede[] = ['reject', 'queue', 'cancel-older'];

/** What a happening may use of the run that it happens in. */
interface Scene {
  readonly ground: Ground;
  readonly chance: Chance;
  readonly taste: Taste;
  readonly actors: readonly Actor[];
  /** Another process gives this command. */
  command(give: (actor: Actor) => Promise<unknown>): void;
}

/** Ms of sleep: within the lease, and longer than it. */
export const SHORT = [1000, 45_000] as const;
export const LONG = [61_000, 300_000] as const;

/** The process that holds the target now. */
const holding = ({ ground, actors }: Scene): Life | null => {
  const name = ground.witness.newest?.holder.actor.name;
  return actors.find(({ life }) => life.name === name)?.life ?? null;
};

type Happen = (scene: Scene) => void;

/** Steps that let time pass, and look meanwhile. */
export const PASSING: readonly Moment[] = ['hold', 'bake', 'approve'];

/** Something that somebody else does with a command of the tool. */
const commanded =
  (fault: Fault, give: (scene: Scene, actor: Actor) => Promise<unknown>): Happen =>
  (scene) => {
    scene.ground.met(fault);
    scene.command((actor) => give(scene, actor));
  };

/** Something that holds for a while and counts where it is met. */
const lasting =
  (fault: Fault, longest: number): Happen =>
  ({ ground, chance }) => {
    ground.witness.say(() => `${fault} begins`);
    ground.weather.set(fault, chance.between(1000, longest));
  };

export const HAPPEN: Readonly<Record<HappeningKind, Happen>> = {
  control: commanded('control', ({ chance }, actor) => actor.control(chance.one(CONTROLS))),
  'stray approval': commanded('stray approval', ({ chance }, actor) =>
    actor.control(chance.one(['approve', 'promote'] as const), 'of another plan'),
  ),
  rollback: commanded('rollback', (_scene, actor) => actor.rollback()),
  resume: commanded('resume', (_scene, actor) => actor.resume()),
  'second deploy': commanded('second deploy', ({ chance, taste }, actor) =>
    actor.deploy(v3, taste, chance.one(SUPERSEDE), chance.between(0, 60_000)),
  ),
  signal: ({ ground, chance, actors }) => {
    const actor = actors.find((other) => other.listens && !other.over && !other.life.dead);
    if (!actor) return;
    actor.interrupt(chance.one(['SIGINT', 'SIGTERM', 'SIGHUP'] as const));
    if (chance.hits(0.4))
      void ground.clock.sleep(chance.between(0, 3000)).then(() => actor.interrupt('SIGINT'));
  },
  kill: (scene) => {
    const life = holding(scene);
    if (life) life.killAt = life.count + scene.chance.whole(1, 8);
  },
  sleep: (scene) => {
    const { chance } = scene;
    const life = holding(scene);
    if (!life) return;
    life.sleepAt = life.count + chance.whole(1, 8);
    life.sleepFor = chance.hits(0.5) ? chance.between(...SHORT) : chance.between(...LONG);
  },
  'wall clock': ({ ground, chance }) => {
    ground.met('wall clock');
    ground.clock.wallOffset += chance.one([-24, -1, 1, 24]) * HOUR;
  },
  drift: ({ ground }) => {
    if (!ground.landing.drift()) return;
    ground.witness.meddled = true;
    ground.met('drift');
  },
  gone: ({ ground, chance }) => {
    const id = chance.one([...ground.platform.releases.keys(), '']);
    if (!ground.landing.gone(id, chance.between(1000, 60_000))) return;
    ground.witness.meddled = true;
    ground.met('gone');
  },
  crash: ({ ground, chance }) => {
    if (ground.landing.crash(chance.one([...ground.platform.releases.keys(), ''])))
      ground.met('crash');
  },
  fallen: ({ ground }) => {
    if (!PASSING.includes(ground.witness.moment)) return;
    if (ground.landing.fall(ground.witness.newest?.plan.release.id ?? '')) ground.met('fallen');
  },
  autoscaled: ({ ground, chance }) => {
    const { landing, witness, shape } = ground;
    const old = witness.newest?.plan.before.live?.id ?? '';
    if (!shape.scales) return;
    const units = Math.round(chance.between(...shape.scales));
    if (chance.hits(0.5) && landing.idle(old)) ground.met('autoscaled');
    else if (units !== ground.platform.units) {
      landing.autoscale(units);
      ground.met('autoscaled');
    }
  },
  'store down': lasting('store down', 90_000),
  'store full': lasting('store full', 30_000),
  'platform down': lasting('platform down', 200_000),
  unauthorized: lasting('unauthorized', 60_000),
  rot: ({ ground, chance }) => rot(ground, chance),
};

/** One character of a record of the newest deployment is changed where it lies. */
function rot(ground: Ground, chance: Chance): void {
  const { witness, entries, clock } = ground;
  const { newest, records } = witness;
  if (!newest || newest.ended || witness.rot) return;
  const seq = chance.whole(newest.chapter, records.length);
  const key = [...entries.keys()].find((name) =>
    name.endsWith(`/log/${String(seq).padStart(10, '0')}`),
  );
  const text = key && entries.get(key);
  if (!text) return;
  const at = chance.whole(1, text.length - 2);
  const changed = text[at] === 'x' ? 'y' : 'x';
  entries.set(key, text.slice(0, at) + changed + text.slice(at + 1));
  witness.rot = { seq, chapter: newest.chapter, at: clock.monotonic() };
  ground.met('rot');
}
