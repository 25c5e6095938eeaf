import {
  type FailureClass,
  failureClass,
  type Observation,
  type ProviderError,
} from '../../contract/index.ts';
import { bounded } from './call-limit.ts';
import { backoff } from './patient-store.ts';
import type { World } from './world.ts';

export type ObserveSight =
  | { readonly seen: Observation }
  | { readonly seen: null; readonly trouble: string };

const isFinal = (error: unknown) => FINAL.includes(failureClass(error));
const FINAL: readonly FailureClass[] = ['fenced', 'denied'];

/** Reads the platform, again and again, until it answers, the time is over or somebody wants an end. */
export async function observePatiently(
  world: World,
  limits: { until: number; signal: AbortSignal },
): Promise<ObserveSight> {
  const { clock, provider } = world;
  for (let attempt = 1; ; attempt++) {
    try {
      const ask = (signal: AbortSignal) => provider.observe(signal);
      const { signal } = limits;
      return { seen: await bounded(world, ask, { what: 'observe', signal }) };
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
