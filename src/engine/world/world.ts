import type {
  BackgroundSource,
  DeployEvent,
  EventMap,
  EventType,
  GateSource,
  GateSpec,
  Holder,
  Json,
  Judgement,
  Measurement,
  Provider,
  Secret,
  SecretReference,
  Store,
} from '../../contract/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import type { Pace } from './pace.ts';

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Interrupts {
  /** Calls back for each signal; returns how to stop listening. */
  listen(heard: (signal: SignalName) => void): () => void;
}

/** The judge's memory of one gate in one step; the engine only keeps it. */
interface Judge<State> {
  /**
   * With the `state` of the gate's last judgement of this release in this deployment, whoever recorded
   * it; null where there is none. `again` says that it is from this very step, which goes on.
   */
  begin(former: Json | null, again: boolean): State;
  /** A reading of the stable release from before: how unevenly its bad ones come. */
  learn(state: State, measurement: Measurement): State;
  judge(
    spec: GateSpec['judge'],
    state: State,
    timed: { readonly measurement: Measurement; readonly at: number },
  ): { state: State; judgement: Judgement };
  /** What the end of a phase makes of it. */
  final(spec: GateSpec['judge'], state: State): Conclusion;
  /** The same when there is no more time to wait for data. */
  settled(spec: GateSpec['judge'], state: State): Conclusion;
  /** What the ends of all gates of a step make of each other; in their order. */
  together(ends: readonly EndedGate[]): readonly Conclusion[];
}

/** A gate at the end of a step. */
interface EndedGate {
  readonly gate: string;
  readonly spec: GateSpec['judge'];
  readonly end: Conclusion;
  /** No later step watches it. */
  readonly last: boolean;
}

export interface Conclusion {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** It has erred as often in a row as its limit allows: more time is not given. */
  readonly blind?: boolean;
  readonly reason: string;
}

interface CommandResult {
  readonly code: number;
  readonly output: string;
  /** How it ended, in words that go on from its name; where its exit code is not its own. */
  readonly ended?: string;
}

type WorldSource = GateSource | BackgroundSource;

/**
 * All that the engine touches. It has no other door to time, chance, disk, network or process, so
 * that it runs whole in a simulator.
 */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly provider: Provider;
  source(kind: string): WorldSource | Promise<WorldSource>;
  readonly judge: Judge<unknown>;
  /** A hook of the user's. */
  run(
    command: readonly string[],
    limits: { timeout: number; signal: AbortSignal },
  ): Promise<CommandResult>;
  /** What a reference in the plan stands for, read now. */
  secret?(reference: SecretReference): Promise<Secret>;
  /** Masks what must not be written down: reasons and details may quote the outside. */
  redact(text: string): string;
  emit(event: DeployEvent): void;
  readonly holder: Omit<Holder, 'nonce'>;
  /** True when this holder is proven dead from here; false when it lives or cannot be judged. */
  provenDead(holder: Holder): boolean;
  /** True when this holder is on this machine and proven alive. */
  provenAlive(holder: Holder): boolean;
  readonly interrupts: Interrupts;
  /** Whether an `approve` step is waited for, or left to somebody else to resume. */
  readonly waitForApproval: boolean;
  readonly pace: Pace;
  /** Told how every call to the outside ended; for whoever looks for a fault. */
  readonly trace?: ((line: string) => void) | undefined;
}

/** Ms between two looks for news in a journal: as often as anybody wants to know, and the store bears it. */
export const lookEvery = ({ pace, store }: Pick<World, 'pace' | 'store'>): number =>
  Math.max(pace.control, store.limits.poll);

/** The part of the world that reading a journal takes. */
export type JournalAccess = Pick<World, 'clock' | 'random' | 'store' | 'pace' | 'trace'>;

/** The deployment that an event is of, and whom it is told. */
export interface EventSource {
  readonly world: World;
  readonly state: { readonly id: string };
}

export function emit<T extends EventType>(
  { world, state }: EventSource,
  type: T,
  data: EventMap[T],
): void {
  world.emit({
    type,
    at: world.clock.wall(),
    deployment: state.id,
    data,
  } as unknown as DeployEvent);
}
