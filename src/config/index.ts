import type { LoadOptions } from './load.ts';
import type { Located, LocateOptions } from './locate.ts';
import type { ResolvedConfig } from './resolved.ts';

export type { Extensions, Shelf } from './extensions.ts';
export type { LoadOptions, NamedPlugins } from './load.ts';
export type { Located } from './locate.ts';
export type * from './resolved.ts';

/** The config of a service, found, checked and complete; see `load.ts`. Its libraries load only now. */
export async function loadConfig(options: LoadOptions): Promise<ResolvedConfig> {
  const { load } = await import('./load.ts');
  return load(options);
}

/** Where a config leads, without any code of it; see `locate.ts`. */
export async function locateConfig(options: LocateOptions): Promise<Located> {
  const { locate } = await import('./locate.ts');
  return locate(options);
}
