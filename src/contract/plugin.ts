import type { Reporter } from './events.ts';
import type { GateSourceKind } from './gate.ts';
import type { ProviderKind } from './provider.ts';
import type { StoreKind } from './store.ts';
import type { CommonSettings, Strategy } from './strategy.ts';

/**
 * The default export of a package or file that a config names under `plugins`. Its code is run by
 * commands that deploy, plan or check, and not by those that look or go back, unless the provider is its own.
 */
export interface Plugin {
  readonly strategies?: readonly Strategy<CommonSettings>[];
  readonly providers?: readonly ProviderKind[];
  readonly sources?: readonly GateSourceKind[];
  readonly stores?: readonly StoreKind[];
  readonly reporters?: readonly Reporter[];
}
