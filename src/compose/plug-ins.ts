import { type Loaded, NO_PLUGINS } from '../plug-ins/load.ts';

/** The plug-ins of a config: those that are loaded, and a way to the rest for who misses a name. */
export interface PlugIns {
  loaded(): Loaded;
  load(): Promise<Loaded>;
}

export const NO_PLUG_INS: PlugIns = loadedAlready(NO_PLUGINS);

export function loadedAlready(loaded: Loaded): PlugIns {
  return { loaded: () => loaded, load: async () => loaded };
}

/** For who only looks or goes back: their code runs when something of theirs is asked for, and once. */
export function loadedWhenMissed(load: () => Promise<Loaded>): PlugIns {
  let loaded = NO_PLUGINS;
  let loading: Promise<Loaded> | null = null;
  return {
    loaded: () => loaded,
    load: () => {
      loading ??= load().then((found) => {
        loaded = found;
        return found;
      });
      return loading;
    },
  };
}
