import type { Provider } from '../../contract/index.ts';
import type { Composition } from '../shell/composition.ts';
import { isDown } from '../target/is-down.ts';
import type { TargetPlace } from '../target/place.ts';

export type Acting = Pick<TargetPlace, 'workspace' | 'provider' | 'providerName' | 'connection'>;

/**
 * The provider for whoever acts. After a reboot, or where everything was killed, nobody else begins
 * again with what is wanted on this machine, and a way back would wait for capacity until its end.
 */
export async function waking(
  { means }: Composition,
  { workspace, provider, providerName, connection }: Acting,
  woken: () => void,
): Promise<Provider> {
  const host = await workspace.host(providerName);
  if (!host) return provider;
  const observe: Provider['observe'] = async (signal, of) => {
    const seen = await provider.observe(signal, of);
    if (!isDown(seen)) return seen;
    // Where it does not succeed, what is seen says enough.
    const isAwake = await host.wake(connection, means).catch(() => false);
    if (isAwake) woken();
    return provider.observe(signal, of);
  };
  return replacing(provider, { observe });
}

/** All that the provider can do, with some of it done otherwise. */
function replacing(provider: Provider, other: Partial<Provider>): Provider {
  return new Proxy(provider, {
    get: (own, name: keyof Provider) => {
      if (Object.hasOwn(other, name)) return other[name];
      const value = own[name];
      return typeof value === 'function' ? value.bind(own) : value;
    },
  });
}
