import {
  type FailureClass,
  failureClass,
  type Observation,
  type ProviderError,
  type ReleaseId,
} from '../../contract/index.ts';
import { bounded } from './call-limit.ts';
import { correctObservation } from './corrected-observation.ts';
import { backoff } from './patient-store.ts';
import { type EventSource, emit } from './world.ts';

export type ObserveSight =
  | { readonly seen: Observation }
  | { readonly seen: null; readonly trouble: string };

/** On whose behalf the platform is read. */
export interface Looker extends EventSource {
  /** Warnings about its answers that were told already. */
  readonly told?: Set<string>;
}

const isFinal = (error: unknown) => FINAL.includes(failureClass(error));
const FINAL: readonly FailureClass[] = ['fenced', 'denied'];

/** One reading of the platform. No part of the engine sees another than what this lets in. */
export async function look(
  looker: Looker,
  signal: AbortSignal,
  of?: readonly ReleaseId[],
): Promise<Observation> {
  const { world } = looker;
  const ask = (waiting: AbortSignal) => world.provider.observe(waiting, of);
  const { seen, oddities } = correctObservation(
    await bounded(world, ask, { what: 'observe', signal }),
  );
  for (const message of oddities) tellOnce(looker, message);
  return seen;
}

/** A warning that is worth no second one. */
export function tellOnce(looker: Looker, message: string): void {
  const { told } = looker;
  if (!told || told.has(message)) return;
  told.add(message);
  emit(looker, 'notice', { level: 'warning', message });
}

/** Reads the platform, again and again, until it answers, the time is over or somebody wants an end. */
export async function observePatiently(
  looker: Looker,
  limits: { until: number; signal: AbortSignal; of?: readonly ReleaseId[] },
): Promise<ObserveSight> {
  const { world } = looker;
  const { clock } = world;
  for (let attempt = 1; ; attempt++) {
    try {
      return { seen: await look(looker, limits.signal, limits.of) };
    } catch (error) {
      if (isFinal(error)) throw error;
      const over = clock.monotonic() >= limits.until || limits.signal.aborted;
      if (over) return { seen: null, trouble: (error as Error).message };
      await clock.sleep(
        backoff(world, attempt, (error as Partial<ProviderError>).retryAfter),
        limits.signal,
      );
    }
  }
}

/** Ms ago that a look may have been begun to be as good as one that is begun now: both take the same time from there. */
const FRESH_MS = 1000;

/** A look that goes on while something else is waited for. */
export interface LookAhead {
  readonly at: number;
  /** Null where the platform did not answer: whoever needs it looks again. */
  readonly seen: Promise<Observation | null>;
}

export function lookAhead(
  looker: Looker,
  signal: AbortSignal,
  of: readonly ReleaseId[],
): LookAhead {
  const at = looker.world.clock.monotonic();
  return { at, seen: look(looker, signal, of).catch(() => null) };
}

/** What it finds, if it was begun lately; one that is old already is not waited for. */
export async function freshFrom(
  { world: { clock } }: Looker,
  { at, seen }: LookAhead,
): Promise<Observation | null> {
  return clock.monotonic() - at <= FRESH_MS ? seen : null;
}
