import type { ControlKind } from '../../src/contract/index.ts';
import { DeployError } from '../../src/contract/index.ts';
import type { Ending, Supersede } from '../../src/engine/index.ts';
import { serving } from '../helpers/world.ts';
import { Actor } from './actor.ts';
import { drawFaults } from './faults.ts';
import { Ground } from './ground.ts';
import { exitSaysEnd } from './invariants.ts';
import { COURSES, type Course, type Taste, v1, v2, v3 } from './plans.ts';

export interface StormReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** What happened, for the table of what was covered. */
  readonly seen: readonly string[];
}

/** Everything must have come to an end this long after the faults have. */
const CALM = 2 * 3_600_000;
const HOUR = 3_600_000;
const CONTROLS: readonly ControlKind[] = ['approve', 'promote', 'reject', 'pause', 'abort'];
/** Errors that are an honest answer of a command. */
const ANSWERS = ['held', 'superseded', 'store-failed', 'policy', 'needs-person', 'not-found'];

/** One run with faults drawn from its seed, then a calm in which everything must come to a good end. */
class Storm {
  readonly ground: Ground;
  readonly #seed: number;
  readonly #taste: Taste;
  readonly #until: number;
  readonly #actors: Actor[] = [];
  readonly #commands: Promise<unknown>[] = [];
  readonly #seen = new Set<string>();
  #over = false;

  constructor(seed: number, tracing = false) {
    const ground = new Ground(seed);
    const { chance } = ground;
    this.#seed = seed;
    this.ground = ground;
    ground.witness.tracing = tracing;
    ground.faults = drawFaults(chance);
    this.#until = chance.between(20_000, 240_000);
    this.#taste = this.#drawTaste();
    if (chance.hits(0.3)) ground.bad.add(v2.id);
    for (const [name, rate] of Object.entries(ground.faults)) if (rate > 0) this.#seen.add(name);
  }

  #drawTaste(): Taste {
    const { chance } = this.ground;
    return {
      course: chance.one<Course>(COURSES),
      approval: chance.hits(0.2),
      hooks: chance.hits(0.2),
      warm: chance.hits(0.3) ? chance.between(0, 30_000) : 0,
      consecutive: chance.hits(0.5) ? 2 : 1,
      onFailure: chance.hits(0.7) ? 'rollback' : chance.one(['hold', 'ask'] as const),
      deadline: chance.hits(0.1) ? chance.between(5000, 60_000) : null,
    };
  }

  async run(): Promise<StormReport> {
    const { ground } = this;
    const { clock, witness } = ground;
    if (this.#taste.course !== 'first') serving(ground.platform, v1);
    witness.say(() => JSON.stringify({ taste: this.#taste, faults: ground.faults }));
    this.#command('deploy', (actor) => actor.deploy(v2, this.#taste));
    this.#schedule();
    const calm = clock.sleep(this.#until).then(() => this.#calm());
    try {
      await clock.run(
        calm.then(() => this.#settle()),
        this.#until + CALM,
      );
      this.#over = true;
      witness.end();
    } catch (error) {
      witness.violated([`never settles: ${(error as Error).stack}`]);
    }
    const { violations, trace } = witness;
    return { seed: this.#seed, violations, trace, seen: [...this.#seen, this.#taste.course] };
  }

  #calm(): void {
    this.ground.witness.say(() => 'CALM');
    this.ground.heal();
  }

  /** What somebody else does, and when. */
  #schedule(): void {
    const { chance, clock } = this.ground;
    const first = this.#actors[0] as Actor;
    if (chance.hits(0.4)) first.life.killAt = chance.whole(1, 300);
    if (chance.hits(0.2)) {
      first.life.sleepAt = chance.whole(1, 300);
      first.life.sleepFor = chance.between(1000, 300_000);
    }
    const happenings = chance.whole(0, 4);
    for (let count = 0; count < happenings; count++)
      void clock.sleep(chance.between(0, this.#until * 0.9)).then(() => this.#happen());
  }

  #happen(): void {
    if (this.#over) return;
    const { chance, clock, storeTrouble, trouble, platform, witness } = this.ground;
    const now = clock.monotonic();
    const what = chance.one(HAPPENINGS);
    this.#seen.add(what);
    const happenings: Readonly<Record<typeof what, () => void>> = {
      control: () => this.#command('control', (actor) => actor.control(chance.one(CONTROLS))),
      rollback: () => this.#command('rollback', (actor) => actor.rollback()),
      resume: () => this.#command('resume', (actor) => actor.resume()),
      'second deploy': () => this.#deployAgain(),
      signal: () => this.#interrupt(),
      'wall clock': () => {
        clock.wallOffset += chance.one([-24, -1, 1, 24]) * HOUR;
      },
      drift: () => {
        witness.meddled = true;
        this.ground.drift();
      },
      crash: () => this.ground.crash(chance.one([...platform.releases.keys(), ''])),
      'store down': () => {
        storeTrouble.downUntil = now + chance.between(1000, 90_000);
      },
      'store full': () => {
        storeTrouble.fullUntil = now + chance.between(1000, 30_000);
      },
      'platform down': () => {
        trouble.downUntil = now + chance.between(1000, 200_000);
      },
    };
    happenings[what]();
  }

  #deployAgain(): void {
    const { chance } = this.ground;
    const [supersede, wait] = [chance.one<Supersede>(SUPERSEDE), chance.between(0, 60_000)];
    this.#command('deploy', (actor) => actor.deploy(v3, this.#taste, supersede, wait));
  }

  #interrupt(): void {
    const { chance, clock } = this.ground;
    const actor = this.#actors.find((other) => other.listens && !other.over && !other.life.dead);
    if (!actor) return;
    actor.interrupt(chance.one(['SIGINT', 'SIGTERM', 'SIGHUP'] as const));
    if (chance.hits(0.4))
      void clock.sleep(chance.between(0, 3000)).then(() => actor.interrupt('SIGINT'));
  }

  #command(
    what: string,
    give: (actor: Actor) => Promise<Ending | null | undefined | undefined>,
  ): void {
    const { ground } = this;
    const { chance, witness } = ground;
    const name = `${what}${this.#actors.length + 1}`.replaceAll(' ', '');
    const actor = new Actor(ground, name, chance.one(['m1', 'm2']));
    if (this.#actors.length > 0 && chance.hits(0.2)) actor.life.killAt = chance.whole(1, 300);
    this.#actors.push(actor);
    witness.say(() => `${name} begins on ${actor.world.holder.host}`);
    const ended = give(actor).then(
      (ending) => this.#answered(name, ending ?? null),
      (error: unknown) => this.#refused(name, error),
    );
    this.#commands.push(Promise.race([ended, actor.life.died.then(() => this.#died(actor))]));
  }

  #died({ life }: Actor): void {
    this.#seen.add('death');
    this.ground.witness.say(() => `${life.name} died at ${life.diedOf}`);
  }

  #answered(name: string, ending: Ending | null): void {
    const { witness } = this.ground;
    this.#seen.add(ending?.result ?? 'nothing to do');
    witness.say(() => `${name} ends: ${JSON.stringify(ending)}`);
    const finding = ending && exitSaysEnd(ending, witness);
    if (finding) witness.violated([finding]);
  }

  #refused(name: string, error: unknown): void {
    const { witness } = this.ground;
    witness.say(() => `${name} fails: ${(error as Error).message}`);
    const known = error instanceof DeployError ? error.code : (error as Error).name;
    this.#seen.add(known);
    const planning = (error as { failure?: string }).failure !== undefined;
    const excused = ANSWERS.includes(known) || known === 'plan-refused' || planning;
    if (!excused) witness.violated([`${name} threw ${(error as Error).stack}`]);
  }

  /** Whoever still waits for a person gets an answer. */
  async #answerQuestions(commands: readonly Promise<unknown>[]): Promise<void> {
    const { clock, chance } = this.ground;
    const all = Promise.all(commands).then(() => true);
    for (let turn = 0; turn < 4; turn++) {
      if (await Promise.race([all, clock.sleep(300_000).then(() => false)])) return;
      await new Actor(this.ground, `person${turn}`, 'm3').control(
        chance.one(['approve', 'reject'] as const),
      );
    }
    await all;
  }

  /** The liveness phase: whoever comes now must be able to bring it to an end. */
  async #settle(): Promise<void> {
    const { ground } = this;
    await this.#answerQuestions(this.#commands);
    for (let turn = 0; turn < 6; turn++) {
      const { newest } = ground.witness;
      if (!newest || newest.ended) return;
      const stop = newest.stopped?.stop;
      const goesBack = stop === 'diverged' || turn > 2 || ground.chance.hits(0.5);
      const before = this.#commands.length;
      this.#command(goesBack ? 'rollback' : 'resume', (actor) => {
        actor.life.killAt = Infinity;
        return goesBack ? actor.rollback() : actor.resume();
      });
      await this.#answerQuestions(this.#commands.slice(before));
    }
  }
}

const HAPPENINGS = [
  'control',
  'rollback',
  'resume',
  'second deploy',
  'signal',
  'wall clock',
  'drift',
  'crash',
  'store down',
  'store full',
  'platform down',
] as const;
const SUPERSEDE = ['reject', 'queue', 'cancel-older'] as const;

export const storm = (seed: number, tracing = false): Promise<StormReport> =>
  new Storm(seed, tracing).run();
