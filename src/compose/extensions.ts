import type { Extensions, Shelf } from '../config/index.ts';
import type { GateSourceKind, ProviderKind, StoreKind, Strategy } from '../contract/index.ts';
import { type Loaded, NO_PLUGINS } from '../plug-ins/load.ts';
import { GATE_SOURCES } from './gates.ts';
import { PROVIDERS, UNLISTED } from './providers.ts';
import { shelf } from './shelf.ts';
import { STORES } from './stores.ts';
import { STRATEGIES } from './strategies.ts';

/** All that the tool and the loaded plug-ins bring, by kind and name. */
export interface Catalogued {
  readonly strategies: Shelf<Strategy>;
  readonly providers: Shelf<ProviderKind>;
  readonly sources: Shelf<GateSourceKind>;
  readonly stores: Shelf<StoreKind>;
}

export function catalogueWith(loaded: Loaded = NO_PLUGINS): Catalogued {
  return {
    strategies: shelf('strategy', STRATEGIES, { brought: loaded.strategies }),
    providers: shelf('provider', PROVIDERS, { brought: loaded.providers, unlisted: UNLISTED }),
    sources: shelf('gate source', GATE_SOURCES, { brought: loaded.sources }),
    stores: shelf('store', STORES, { brought: loaded.stores }),
  };
}

/** The same for the config, which opens none of it. */
export function extensionsOf(catalogued: Catalogued): Extensions {
  return { ...catalogued, stores: catalogued.stores.names };
}
