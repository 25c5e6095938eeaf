import { createMemoryProvider, type MemoryPlatform } from '../../providers/memory/index.ts';
import {
  type ApplyContext,
  type Operation,
  type Provider,
  ProviderError,
} from '../../src/contract/index.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';

export interface PlatformTrouble {
  readonly clock: Clock;
  readonly chance: Chance;
  faults: Faults;
  downUntil: number;
  /** The traffic was changed by somebody else since we last did. */
  drifted: boolean;
  /** What a reader with an old copy sees, and until when. */
  old: MemoryPlatform | null;
  oldUntil: number;
}

export type Send = (operation: Operation, context: ApplyContext, late: boolean) => Promise<void>;

const never = () => new Promise<never>(() => {});
const LATEST = 14_000;

/** The memory provider behind a bad line, over a platform that takes its time. */
export function flakyProvider(
  platform: MemoryPlatform,
  trouble: PlatformTrouble,
  send: Send,
): Provider {
  const { clock, chance } = trouble;
  const now = createMemoryProvider(platform);

  async function line(): Promise<void> {
    const { faults } = trouble;
    if (chance.hits(faults.slow)) await clock.sleep(chance.between(0, 5000));
    if (clock.monotonic() < trouble.downUntil) throw new ProviderError('transient', '503');
    if (chance.hits(faults.transient)) throw new ProviderError('transient', '502');
    if (chance.hits(faults.throttled))
      throw new ProviderError('throttled', '429', { retryAfter: chance.between(0, 3000) });
    if (chance.hits(faults.silent)) await never();
  }

  async function read<T>(ask: (provider: Provider) => Promise<T>): Promise<T> {
    await line();
    const { old } = trouble;
    const stale =
      old && clock.monotonic() < trouble.oldUntil && chance.hits(trouble.faults.stale * 2);
    return ask(stale ? createMemoryProvider(old) : now);
  }

  return {
    identify: () => read((provider) => provider.identify()),
    observe: () => read((provider) => provider.observe()),
    verify: (operation, context) =>
      read(async (provider) =>
        trouble.drifted && operation.kind === 'route'
          ? {
              state: 'diverged',
              expected: operation.split,
              found: platform.split ?? null,
            }
          : provider.verify(operation, context),
      ),
    apply: async (operation, context) => {
      await line();
      if (chance.hits(trouble.faults.late)) {
        void clock
          .sleep(chance.between(0, LATEST))
          .then(() => send(operation, context, true))
          .catch(() => {});
        if (chance.hits(0.5)) await never();
        throw new ProviderError('unknown', 'connection reset');
      }
      await send(operation, context, false);
      if (chance.hits(trouble.faults.lost)) throw new ProviderError('unknown', 'connection reset');
    },
    close: async () => {},
  };
}
