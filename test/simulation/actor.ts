import { createMemoryProvider } from '../../providers/memory/index.ts';
import type {
  ControlKind,
  Observation,
  Provider,
  Release,
  Store,
} from '../../src/contract/index.ts';
import {
  clearTheWay,
  DEFAULT_PACE,
  drive,
  type Ending,
  open,
  readNewest,
  resume,
  rollbackUnfinished,
  type SignalName,
  type Supersede,
  sendControl,
  type World,
} from '../../src/engine/index.ts';
import { gateJudge } from '../../src/judge/judge.ts';
import { nameFrom } from '../../src/lib/random.ts';
import { redact } from './canary.ts';
import { unitsOf } from './evidence.ts';
import { flakyProvider } from './flaky-provider.ts';
import { flakyStore } from './flaky-store.ts';
import type { Ground, Sender } from './ground.ts';
import { holderKnowsLog } from './invariants/index.ts';
import type { Shot } from './landing.ts';
import { Life } from './life.ts';
import { planFor, TARGET, type Taste } from './plans.ts';

const never = new AbortController().signal;
/** A call may be under way for so long before its sender wakes up from the look that allowed it. */
const JUST_WOKEN = 5500;

/** One pretended process on one machine, and the commands it can be given. */
export class Actor {
  readonly life: Life;
  readonly world: World;
  readonly #ground: Ground;
  readonly #sender: Sender;
  readonly #listeners = new Set<(signal: SignalName) => void>();
  #lastPut: { readonly key: string; readonly before: string | undefined } | null = null;

  constructor(ground: Ground, name: string, machine: string) {
    this.#ground = ground;
    this.life = new Life(name, ground.clock);
    const acknowledged = ground.clock.monotonic();
    this.#sender = { life: this.life, over: false, overAt: 0, acknowledged, observed: 0 };
    ground.senders.set(name, this.#sender);
    ground.witness.takers.set(name, acknowledged);
    this.life.onDeath = () => this.#die();
    this.life.onSleep = () => {
      const long = this.life.sleepFor > DEFAULT_PACE.ttl;
      ground.met(long ? 'pause > lease' : 'pause', name);
    };
    this.world = this.#makeWorld(name, machine);
  }

  get over(): boolean {
    return this.#sender.over;
  }

  #makeWorld(name: string, machine: string): World {
    const ground = this.#ground;
    const { next } = ground.dice.stream(`chance of ${name}`);
    const life = this.life;
    return {
      clock: life.clock(),
      random: { next, name: (length) => nameFrom(next, length) },
      store: life.lend('store', this.#store(name)),
      provider: life.lend('provider', this.#provider(name)),
      source: (kind) =>
        life.lend('gate', {
          measure: ({ subject }: { subject: { candidate: Release } }) =>
            ground.reading(kind, subject.candidate.id, name),
        }),
      judge: gateJudge as World['judge'],
      run: () => life.call('run', async () => ({ code: 0, output: '' })),
      redact,
      emit: ({ type, data }) => {
        if (type === 'waiting') ground.asked = true;
        ground.witness.say(() => `${name} ${type} ${brief(type, data)}`);
      },
      holder: {
        actor: { name, host: machine, url: null },
        host: machine,
        bootId: 'boot',
        pid: 7,
        started: '1',
      },
      provenDead: (holder) => holder.host === machine && this.#isOver(holder.actor.name),
      provenAlive: (holder) => holder.host === machine && !this.#isOver(holder.actor.name),
      interrupts: {
        listen: (heard) => {
          this.#listeners.add(heard);
          return () => this.#listeners.delete(heard);
        },
      },
      waitForApproval: true,
      pace: { ...DEFAULT_PACE, control: 2000 },
    };
  }

  /** Planning is not what is proven here, so nothing goes wrong with it but death. */
  #planner(): Parameters<typeof planFor>[0] {
    const provider = this.life.lend('plan', createMemoryProvider(this.#ground.platform));
    return { provider, journaled: this.#journaled() };
  }

  #isOver(name: string): boolean {
    const sender = this.#ground.senders.get(name);
    return !sender || sender.over || sender.life.dead;
  }

  /** What it had put last may not have been synced yet. */
  #die(): void {
    const { life } = this;
    const { dice, entries, witness } = this.#ground;
    this.#ground.met('death', life.name);
    witness.say(() => `${life.name} died at ${life.diedOf}`);
    const put = this.#lastPut;
    if (!put || !dice.hits('putDropped', life.name, 4)) return;
    if (put.before === undefined) entries.delete(put.key);
    else entries.set(put.key, put.before);
  }

  #store(name: string): Store {
    const { store, dice, weather, clock, entries } = this.#ground;
    const flaky = flakyStore(store, name, dice, weather);
    const claims = new Set<string>();
    return {
      ...flaky,
      put: async (key, value) => {
        const asked = clock.monotonic();
        this.#lastPut = { key, before: entries.get(key) };
        await flaky.put(key, value);
        if (key.endsWith('/heartbeat')) this.#sender.acknowledged = asked;
      },
      create: (key, value) => {
        // Others count from the record that made us the holder, which may take before it is answered.
        if (/"kind":"(opened|taken)"/.test(value) && !claims.has(key)) {
          claims.add(key);
          this.#sender.acknowledged = clock.monotonic();
        }
        return flaky.create(key, value);
      },
    };
  }

  #provider(who: string): Provider {
    const { dice, weather, landing, clock, misreading, witness } = this.#ground;
    const shown = (seen: Observation) => misreading.of(seen, who, witness.newest);
    const line = { who, dice, weather, landing, shown };
    const inner = flakyProvider(line, (operation, context) => ({
      actor: who,
      operation,
      context,
      sent: this.#sentNow(),
    }));
    return {
      ...inner,
      observe: () => {
        this.#sender.observed = clock.monotonic();
        return inner.observe();
      },
    };
  }

  /** What was known when a call was sent. */
  #sentNow(): Shot['sent'] {
    const { clock, witness, platform } = this.#ground;
    const { acknowledged, observed, over, life } = this.#sender;
    const now = clock.monotonic();
    const state = witness.newest;
    return {
      at: now,
      epoch: state?.epoch ?? 0,
      inFlight: state?.inFlight ?? null,
      direction: state?.direction ?? ('forward' as const),
      units: unitsOf(platform.releases),
      silent: now - acknowledged,
      observed,
      over,
      fromSleep: life.asleepUntil > 0 && now - life.asleepUntil < JUST_WOKEN,
    };
  }

  interrupt(signal: SignalName): void {
    this.#ground.met('signal', this.life.name);
    for (const heard of [...this.#listeners]) heard(signal);
  }

  get listens(): boolean {
    return this.#listeners.size > 0;
  }

  /** Runs a command to its end, after which the process is over. */
  async command<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#sender.over = true;
      this.#sender.overAt = this.#ground.clock.monotonic();
    }
  }

  deploy(
    release: Release,
    taste: Taste,
    supersede: Supersede = 'reject',
    wait = 0,
  ): Promise<Ending | null> {
    return this.command(async () => {
      const newest = await clearTheWay(this.world, TARGET, { supersede, wait, signal: never });
      const plan = await planFor(this.#planner(), release, taste);
      if (!plan) return null;
      const session = await open(this.world, plan, newest);
      const ending = await drive(session);
      const { witness } = this.#ground;
      const finding = holderKnowsLog(session.state, witness);
      if (finding) witness.violated([finding]);
      return ending;
    });
  }

  /** Every release that a deployment so far has brought or found. */
  #journaled(): readonly Release[] {
    const states = [...this.#ground.witness.states.values()];
    return states.flatMap(({ plan: { release, before } }) =>
      before.live ? [release, before.live] : [release],
    );
  }

  resume(): Promise<Ending> {
    return this.command(async () =>
      resume(this.world, await readNewest(this.world, TARGET), { signal: never }),
    );
  }

  rollback(): Promise<Ending> {
    return this.command(async () =>
      rollbackUnfinished(this.world, await readNewest(this.world, TARGET), {
        why: 'errors seen',
        signal: never,
      }),
    );
  }

  /** With another plan's hash it is a wish for something else, which must count for nothing here. */
  control(kind: ControlKind, planHash?: string): Promise<null> {
    return this.command(async () => {
      const { state } = await readNewest(this.world, TARGET);
      const { actor } = this.world.holder;
      const wish = { kind, reason: null, actor };
      if (!state || state.ended) return null;
      const meant = planHash ? { ...state, plan: { ...state.plan, hash: planHash } } : state;
      await sendControl(this.world, meant, wish);
      return null;
    });
  }
}

function brief(type: string, data: object): string {
  if (type === 'begun' || type === 'turned') return '';
  return JSON.stringify(data).slice(0, 300);
}
