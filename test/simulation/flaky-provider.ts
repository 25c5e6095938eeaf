import { createMemoryProvider } from '../../providers/memory/index.ts';
import { type Observation, type Provider, ProviderError } from '../../src/contract/index.ts';
import { CANARY } from './canary.ts';
import type { Dice } from './faults.ts';
import type { Landing, Shot } from './landing.ts';
import type { Weather } from './weather.ts';

const never = () => new Promise<never>(() => {});
/** A call whose answer is gone arrives within this time, or never. */
const LATEST = 14_000;

export interface Line {
  readonly who: string;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly landing: Landing;
  /** What this process is shown of what there is. */
  shown(seen: Observation): Observation;
}

/** The memory provider behind a bad line, over a platform that takes its time. */
export function flakyProvider(line: Line, shoot: (...call: Parameters<Provider['apply']>) => Shot) {
  const { who, dice, weather, landing, shown } = line;
  const { clock } = weather;
  const now = createMemoryProvider(landing.platform);

  async function pass(): Promise<void> {
    if (dice.hits('slow', who)) await clock.sleep(dice.stream('slow').between(0, 5000));
    if (weather.is('platform down', who)) throw new ProviderError('transient', `503 ${CANARY}`);
    if (weather.is('unauthorized', who))
      throw new ProviderError('denied', `401 the token ${CANARY} has expired`);
    if (dice.hits('transient', who)) throw new ProviderError('transient', `502 ${CANARY}`);
    if (dice.hits('throttled', who)) {
      const retryAfter = dice.stream('throttled').between(0, 3000);
      throw new ProviderError('throttled', `429 ${CANARY}`, { retryAfter });
    }
    if (dice.hits('silent', who)) await never();
  }

  async function read<T>(ask: (provider: Provider) => Promise<T>): Promise<T> {
    await pass();
    const old = landing.oldCopy(who);
    return ask(old ? createMemoryProvider(old) : now);
  }

  const provider: Provider = {
    identity: now.identity,
    observe: () => read(async (from) => shown(await from.observe())),
    verify: (operation, context) =>
      read(async (from) => landing.seenThrough(operation) ?? from.verify(operation, context)),
    apply: async (operation, context) => {
      // Held up on its way out of the process, it was called off meanwhile.
      if (context.signal.aborted) throw new ProviderError('unknown', 'called off');
      const shot = shoot(operation, context);
      await pass();
      if (dice.hits('conflict', who))
        throw new ProviderError('conflict', `409 somebody else wrote it, ${CANARY}`);
      if (dice.hits('late', who)) {
        landing.later(dice.stream('late').between(0, LATEST), shot);
        if (dice.stream('late').hits(0.5)) await never();
        throw new ProviderError('unknown', 'connection reset');
      }
      const delay = dice.hits('later', who) ? dice.stream('later').between(0, LATEST) : 0;
      landing.arrive(shot, delay);
      if (dice.hits('lost', who)) throw new ProviderError('unknown', 'connection reset');
    },
    close: async () => {},
  };
  return provider;
}
