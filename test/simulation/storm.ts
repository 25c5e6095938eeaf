import { DeployError } from '../../src/contract/index.ts';
import type { Ending } from '../../src/engine/index.ts';
import { serving } from '../helpers/world.ts';
import { Actor } from './actor.ts';
import { Ground } from './ground.ts';
import { HAPPEN, LONG, SHORT } from './happenings.ts';
import { exitSaysEnd } from './invariants/index.ts';
import { v1, v2 } from './plans.ts';
import { drawScenario, type Happening, type Scenario } from './scenario.ts';

export interface StormReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** How commands ended, for the summary. */
  readonly endings: readonly string[];
  /** How often each fault was met at each moment. */
  readonly counts: Uint32Array;
}

/** Everything must have come to an end this long after the faults have. */
const CALM = 2 * 3_600_000;
/** Errors that are an honest answer of a command. */
const ANSWERS = [
  'held',
  'superseded',
  'store-failed',
  'store-denied',
  'policy',
  'needs-person',
  'not-found',
  'interrupted',
  'terminated',
  'plan-refused',
];
/** How often a person looks whether an answer is wanted. */
const LOOK = 20_000;

/** One run with faults drawn from its seed, then a calm in which everything must come to a good end. */
class Storm {
  readonly #scenario: Scenario;
  readonly #ground: Ground;
  readonly #actors: Actor[] = [];
  readonly #commands: Promise<unknown>[] = [];
  readonly #endings = new Set<string>();
  #over = false;

  constructor(scenario: Scenario, tracing: boolean) {
    const ground = new Ground(scenario.seed, scenario.shape);
    this.#scenario = scenario;
    this.#ground = ground;
    ground.witness.tracing = tracing;
    ground.dice.rates = scenario.rates;
    if (scenario.bad) ground.bad.add(v2.id);
  }

  async run(): Promise<StormReport> {
    const { taste, until, seed, shape, rates } = this.#scenario;
    const { clock, witness, platform, coverage } = this.#ground;
    if (taste.course !== 'first') serving(platform, v1);
    witness.say(() => JSON.stringify({ taste, shape: shape.name, rates }));
    this.#command('first', (actor) => actor.deploy(v2, taste));
    this.#schedule();
    const calm = clock.sleep(until).then(() => this.#calm());
    try {
      await clock.run(
        calm.then(() => this.#settle()),
        until + CALM,
      );
      witness.end();
    } catch (error) {
      if (!witness.rot) witness.violated([`never settles: ${(error as Error).stack}`]);
    }
    this.#over = true;
    const { violations, trace } = witness;
    const endings = [...this.#endings, taste.course, shape.name];
    return { seed, violations, trace, endings, counts: coverage.counts };
  }

  #calm(): void {
    this.#ground.witness.say(() => 'CALM');
    this.#ground.heal();
  }

  #schedule(): void {
    const { clock, witness } = this.#ground;
    const { happenings } = this.#scenario;
    const waiting = new Set(happenings.filter(({ moment }) => moment !== null));
    const begin = (happening: Happening) =>
      happening.at === 0
        ? this.#happen(happening)
        : void clock.sleep(happening.at).then(() => this.#happen(happening));
    for (const happening of happenings) if (!waiting.has(happening)) begin(happening);
    witness.onMoment = (moment) => {
      for (const happening of waiting) {
        if (happening.moment !== moment) continue;
        waiting.delete(happening);
        begin(happening);
      }
    };
  }

  #happen({ name, kind }: Happening): void {
    if (this.#over || this.#ground.witness.calmSince !== null) return;
    const ground = this.#ground;
    HAPPEN[kind]({
      ground,
      chance: ground.dice.stream(name),
      taste: this.#scenario.taste,
      actors: this.#actors,
      command: (give) => this.#command(name, give),
    });
  }

  #command(name: string, give: (actor: Actor) => Promise<unknown>): void {
    const ground = this.#ground;
    const chance = ground.dice.stream(`life of ${name}`);
    const machine = name.startsWith('lead') ? 'm1' : chance.one(['m1', 'm1', 'm2', 'm3']);
    const actor = new Actor(ground, name, machine);
    if (ground.witness.calmSince === null) this.#doom(actor);
    this.#actors.push(actor);
    ground.witness.say(() => `${name} begins on ${actor.world.holder.host}`);
    const ended = give(actor).then(
      (ending) => this.#answered(name, (ending as Ending | null) ?? null),
      (error: unknown) => this.#refused(name, error),
    );
    this.#commands.push(Promise.race([ended, actor.life.died]));
  }

  /** Any of them may die, and any may sleep, for a moment or for longer than its lease. */
  #doom({ life }: Actor): void {
    const { without, doomed } = this.#scenario;
    if (life.name === 'first' && !doomed) return;
    const chance = this.#ground.dice.stream(`fate of ${life.name}`);
    const [dies, sleeps] = [chance.hits(life.name === 'first' ? 0.4 : 0.25), chance.hits(0.2)];
    const [death, sleep] = [chance.whole(1, 300), chance.whole(1, 200)];
    const [from, to] = chance.hits(0.5) ? SHORT : LONG;
    const duration = chance.between(from, to);
    if (dies && !without.has(`${life.name}.death`)) life.killAt = death;
    if (!sleeps || without.has(`${life.name}.sleep`)) return;
    life.sleepAt = sleep;
    life.sleepFor = duration;
  }

  #answered(name: string, ending: Ending | null): void {
    const { witness } = this.#ground;
    this.#endings.add(ending?.result ?? 'nothing to do');
    witness.say(() => `${name} ends: ${JSON.stringify(ending)}`);
    const finding = ending && exitSaysEnd(ending, witness);
    if (finding) witness.violated([finding]);
  }

  #refused(name: string, error: unknown): void {
    const { witness } = this.#ground;
    witness.say(() => `${name} fails: ${(error as Error).message}`);
    const known = error instanceof DeployError ? error.code : (error as Error).name;
    this.#endings.add(known);
    const damaged = known === 'journal-damaged' && witness.rot !== null;
    if (damaged) this.#named(name, error as Error);
    const planning = (error as { failure?: string }).failure !== undefined;
    const excused = damaged || ANSWERS.includes(known) || planning;
    if (!excused) witness.violated([`${name} threw ${(error as Error).stack}`]);
  }

  /** Whoever meets a damaged record says which. */
  #named(name: string, { message }: Error): void {
    const { witness } = this.#ground;
    const seq = witness.rot?.seq;
    if (!message.includes(`Record ${seq} `) && !message.includes(`Record ${(seq ?? 0) + 1} `))
      witness.violated([`${name} does not name damaged record ${seq}: ${message}`]);
  }

  /** Until all of these are over; whoever waits for a person gets an answer. */
  async #await(commands: readonly Promise<unknown>[]): Promise<void> {
    const { clock, dice } = this.#ground;
    const all = Promise.all(commands).then(() => true);
    for (let turn = 1; ; turn++) {
      if (await Promise.race([all, clock.sleep(LOOK).then(() => false)])) return;
      if (!this.#ground.asked) continue;
      this.#ground.asked = false;
      const kind = dice.stream('person').one(['approve', 'reject'] as const);
      await new Actor(this.#ground, `person${turn}`, 'm4').control(kind).catch(() => null);
    }
  }

  /** The liveness phase: whoever comes now must be able to bring it to an end. */
  async #settle(): Promise<void> {
    const { witness, dice } = this.#ground;
    const chance = dice.stream('settling');
    await this.#await(this.#commands);
    for (let turn = 0; turn < 6; turn++) {
      const { newest } = witness;
      if (!newest || newest.ended) return;
      const stop = newest.stopped?.stop;
      const goesBack = stop === 'diverged' || turn > 2 || chance.hits(0.5);
      const before = this.#commands.length;
      this.#command(`settler${turn}`, (actor) => (goesBack ? actor.rollback() : actor.resume()));
      await this.#await(this.#commands.slice(before));
    }
  }
}

export const runScenario = (scenario: Scenario, tracing = false): Promise<StormReport> =>
  new Storm(scenario, tracing).run();

export const storm = (seed: number, tracing = false): Promise<StormReport> =>
  runScenario(drawScenario(seed), tracing);
