import type { Observation, Provider } from '../contract/index.ts';
import type { Input } from './command.ts';
import type { Composition } from './composition.ts';
import type { Place } from './target.ts';

export type Acting = Pick<Place, 'provider' | 'providerName' | 'connection'>;

/**
 * The provider for whoever acts. After a reboot, or where everything was killed, nobody else begins
 * again with what is wanted on this machine, and a way back would wait for capacity until its end.
 */
export async function waking(
  { io }: Input,
  composition: Composition,
  { provider, providerName, connection }: Acting,
): Promise<Provider> {
  const operations = await composition.localOperations(providerName);
  if (!operations) return provider;
  return {
    identify: () => provider.identify(),
    observe: async () => {
      const seen = await provider.observe();
      if (!isDown(seen)) return seen;
      // Where it does not succeed, what is seen says enough.
      await operations.wake(connection, io.env).catch(() => {});
      return provider.observe();
    },
    apply: (operation, context) => provider.apply(operation, context),
    verify: (operation, asked) => provider.verify(operation, asked),
    close: () => provider.close(),
  };
}

const isDown = ({ releases }: Observation) =>
  releases.some(({ desired }) => desired > 0) && releases.every(({ ready }) => ready === 0);
