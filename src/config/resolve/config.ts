import type { CommonSettings, GateSpec, JsonObject } from '../../contract/index.ts';
import type { ResolvedConfig, Strategies } from '../resolved.ts';
import type { Written } from '../schema/root.ts';

/** Settings as the strategies take them: what watches is called `gates` there. */
export function strategiesOf(written: Written, names: readonly string[]): Strategies {
  const sections = names.map((name) => {
    const { watch, ...settings } = (written as Record<string, unknown>)[name] as CommonSettings & {
      watch: readonly string[];
    };
    return [name, { ...settings, gates: watch }];
  });
  return Object.fromEntries(sections);
}

type SettingPlace = Pick<ResolvedConfig, 'file' | 'folder' | 'environment'>;
type Derived = Pick<ResolvedConfig, 'strategies' | 'warnings'>;

/** The config as the rest of the program knows it: a plain copy that shares nothing with its sources. */
export function resolvedConfig(
  written: Written,
  place: SettingPlace,
  derived: Derived,
): ResolvedConfig {
  const {
    service,
    release,
    strategy,
    store,
    history,
    supersede,
    onInterrupt,
    deadline,
    rollbackDeadline,
    plugins,
  } = written;
  const config: ResolvedConfig = {
    ...place,
    service,
    release,
    provider: soleProvider(written.provider),
    strategy,
    strategies: derived.strategies,
    gates: written.gates as Record<string, GateSpec>,
    store,
    history,
    supersede,
    onInterrupt,
    deadline,
    rollbackDeadline,
    bootstrap: bootstrapOf(written),
    plugins,
    warnings: derived.warnings,
  };
  return JSON.parse(JSON.stringify(config)) as ResolvedConfig;
}

export function soleProvider(
  provider: Readonly<Record<string, unknown>>,
): ResolvedConfig['provider'] {
  const [name, settings] = Object.entries(provider).find(([, value]) => value !== undefined) as [
    string,
    JsonObject,
  ];
  return { name, settings };
}

function bootstrapOf({ bootstrap }: Written): ResolvedConfig['bootstrap'] {
  if (bootstrap === undefined) return null;
  return {
    release: bootstrap.release,
    provider: soleProvider(bootstrap.provider as Record<string, unknown>).settings,
  };
}
