import type { LoadBalancing } from '../../src/clients/aws/load-balancing.ts';
import type {
  Access,
  ApplyContext,
  Identity,
  Observation,
  Operation,
  OperationContext,
  Provider,
  ReleaseId,
  Review,
  Verification,
} from '../../src/contract/index.ts';
import { accessTo } from './access.ts';
import type { Compute } from './compute/compute.ts';
import type { AlbSpec } from './compute/spec.ts';
import { type Connection, identityOf } from './connection.ts';
import type { Desk } from './desk.ts';
import { type Facts, factsIn, readFacts } from './facts.ts';
import { FirstSights } from './first-sights.ts';
import { Looks } from './looks.ts';
import { albObserved } from './observation.ts';
import { deedFor } from './operations/index.ts';
import { readPart } from './part-reading.ts';
import { type Calls, readPlace } from './reading.ts';
import { review } from './review.ts';
import type { AlbSettings } from './settings.ts';
import { albLiveOf } from './standing.ts';
import { Unused } from './unused.ts';

export interface AlbParts {
  readonly door: LoadBalancing;
  readonly compute: Compute;
}

/** Two target groups that take turns behind one rule of an application load balancer. */
export class AlbProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  #at: Connection;
  #door: LoadBalancing;
  #compute: Compute;
  #calls: Calls;
  #looks: Looks;
  #unused = new Unused();
  #sights = new FirstSights();
  #facts: Facts | null = null;

  constructor(at: Connection, { door, compute }: AlbParts) {
    this.identity = identityOf(at);
    this.#at = at;
    this.#door = door;
    this.#looks = new Looks(at.poll);
    this.#compute = watchedCompute(compute, this.#looks);
    this.#calls = watched(door, this.#looks);
    this.access = accessTo(
      (signal) => this.#desk(signal),
      () => this.#readFacts(),
    );
  }

  async observe(signal?: AbortSignal, of: readonly ReleaseId[] = []): Promise<Observation> {
    const [only = '', ...others] = of;
    const desk = this.#desk(signal);
    const isPart = only !== '' && others.length === 0;
    const reading = await (isPart ? readPart(desk, only) : readPlace(desk));
    const facts = this.#facts ?? factsIn(reading) ?? (await this.#readFacts(signal));
    return albObserved(reading, { at: this.#at, facts, compute: this.#compute });
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    await deedFor(operation).apply(operation, context, this.#desk(context.signal));
  }

  async verify(operation: Operation, context: OperationContext): Promise<Verification> {
    return deedFor(operation).verify(operation, context, this.#desk(context.signal));
  }

  async review(operations: readonly Operation[]): Promise<Review> {
    return review(this.#desk(), operations);
  }

  /** What these settings make of a release here. */
  describe(settings: AlbSettings): Promise<AlbSpec> {
    return this.#compute.describe(settings, async () => {
      const live = albLiveOf(await readPlace(this.#desk()), this.#at);
      return live?.group.arn ?? null;
    });
  }

  async close(): Promise<void> {
    this.#door.close();
  }

  #desk(signal: AbortSignal = new AbortController().signal): Desk {
    return {
      calls: this.#calls,
      at: this.#at,
      compute: this.#compute,
      looks: this.#looks,
      unused: this.#unused,
      sights: this.#sights,
      facts: () => this.#readFacts(signal),
      signal,
    };
  }

  async #readFacts(signal?: AbortSignal): Promise<Facts> {
    this.#facts ??= await readFacts(this.#door.calls, this.#at, signal);
    return this.#facts;
  }
}

/** Whoever changes something by these calls, nobody relies on what was read before. */
function watched({ calls }: LoadBalancing, looks: Looks): Calls {
  return {
    read: (call, signal) => calls.read(call, signal),
    write: (call, signal) => changing(looks, () => calls.write(call, signal)),
  };
}

const watchedCompute = (compute: Compute, looks: Looks): Compute => ({
  ...compute,
  start: (crew, signal) => changing(looks, () => compute.start(crew, signal)),
  stop: (crew, signal) => changing(looks, () => compute.stop(crew, signal)),
});

async function changing<T>(looks: Looks, change: () => Promise<T>): Promise<T> {
  looks.forget();
  try {
    return await change();
  } finally {
    looks.forget();
  }
}
