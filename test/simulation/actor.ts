import { createMemoryProvider } from '../../providers/memory/index.ts';
import type { ControlKind, Provider, Release, Store } from '../../src/contract/index.ts';
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
import { nameFrom } from '../../src/lib/random.ts';
import { createTestWorld } from '../helpers/world.ts';
import { flakyProvider } from './flaky-provider.ts';
import { flakyStore } from './flaky-store.ts';
import type { Ground, Sender } from './ground.ts';
import { Life } from './life.ts';
import { planFor, TARGET, type Taste } from './plans.ts';

const never = new AbortController().signal;

/** One pretended process on one machine, and the commands it can be given. */
export class Actor {
  readonly life: Life;
  readonly world: World;
  readonly #ground: Ground;
  readonly #sender: Sender;
  readonly #listeners = new Set<(signal: SignalName) => void>();

  constructor(ground: Ground, name: string, machine: string) {
    this.#ground = ground;
    this.life = new Life(name, ground.clock);
    this.#sender = {
      life: this.life,
      over: false,
      acknowledged: ground.clock.monotonic(),
      observed: 0,
    };
    ground.senders.set(name, this.#sender);
    this.world = this.#makeWorld(name, machine);
  }

  get over(): boolean {
    return this.#sender.over;
  }

  #makeWorld(name: string, machine: string): World {
    const ground = this.#ground;
    const { next } = ground.chance;
    const { judge } = createTestWorld();
    const life = this.life;
    return {
      clock: life.clock(),
      random: { next, name: (length) => nameFrom(next, length) },
      store: life.lend('store', this.#store()),
      provider: life.lend('provider', this.#provider(name)),
      source: (kind) =>
        life.lend('gate', {
          measure: ({ subject }) => ground.reading(kind, subject.candidate.id),
        }),
      judge,
      run: () => life.call('run', async () => ({ code: 0, output: '' })),
      redact: (text) => text,
      emit: ({ type, data }) => ground.witness.say(() => `${name} ${type} ${brief(type, data)}`),
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
      pace: { ...DEFAULT_PACE, control: 1000 },
    };
  }

  /** Planning is not what is proven here, so nothing goes wrong with it but death. */
  #planner(): Pick<World, 'provider'> {
    return { provider: this.life.lend('plan', createMemoryProvider(this.#ground.platform)) };
  }

  #isOver(name: string): boolean {
    const sender = this.#ground.senders.get(name);
    return !sender || sender.over || sender.life.dead;
  }

  #store(): Store {
    const { store, storeTrouble, clock } = this.#ground;
    const flaky = flakyStore(store, storeTrouble);
    const claims = new Set<string>();
    return {
      ...flaky,
      put: async (key, value) => {
        const asked = clock.monotonic();
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

  #provider(name: string): Provider {
    const { platform, trouble } = this.#ground;
    const carry = this.#ground.carrier(name);
    const sends = new Map<string, ReturnType<typeof carry>>();
    const inner = flakyProvider(platform, trouble, (_operation, context, late) =>
      (sends.get(context.key) as ReturnType<typeof carry>)(late),
    );
    return {
      ...inner,
      observe: () => {
        this.#sender.observed = this.#ground.clock.monotonic();
        return inner.observe();
      },
      apply: (operation, context) => {
        sends.set(context.key, carry(operation, context));
        return inner.apply(operation, context);
      },
    };
  }

  interrupt(signal: SignalName): void {
    this.#ground.witness.say(() => `${this.life.name} hears ${signal}`);
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
      return plan ? drive(await open(this.world, plan, newest)) : null;
    });
  }

  resume(): Promise<Ending> {
    return this.command(async () =>
      resume(this.world, await readNewest(this.world, TARGET), never),
    );
  }

  rollback(): Promise<Ending> {
    return this.command(async () =>
      rollbackUnfinished(this.world, await readNewest(this.world, TARGET), 'errors seen', never),
    );
  }

  control(kind: ControlKind): Promise<null> {
    return this.command(async () => {
      const { state } = await readNewest(this.world, TARGET);
      const { actor } = this.world.holder;
      const wish = { kind, reason: null, actor };
      if (state && !state.ended) await sendControl(this.world, state, wish);
      return null;
    });
  }
}

function brief(type: string, data: object): string {
  if (type === 'begun' || type === 'turned') return '';
  return JSON.stringify(data).slice(0, 300);
}
