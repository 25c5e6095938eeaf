import type { CommonSettings } from '../../contract/index.ts';
import type { Vocabulary } from '../extensions.ts';
import type { Strategies } from '../resolved.ts';
import type { Path } from '../tree.ts';

interface Reference {
  readonly gate: string;
  readonly path: Path;
}

/** A stretch of time in which gates watch. */
export interface ConfigHold {
  /** Where its duration may be written, the nearest place first. */
  readonly paths: readonly [Path, ...Path[]];
  readonly duration: number;
  readonly gates: readonly string[];
  /** The first one after the new release got traffic. */
  readonly first: boolean;
}

export interface Uses {
  readonly references: readonly Reference[];
  readonly holds: readonly ConfigHold[];
}

/** Every gate that the meant strategies name, and every stretch of time they give them. */
export function usesOf(
  strategies: Strategies,
  meant: readonly string[],
  known: Pick<Vocabulary, 'strategies'>,
): Uses {
  const all = meant.flatMap((name) => {
    const settings = strategies[name];
    return settings ? [usesIn(name, settings, known)] : [];
  });
  return {
    references: all.flatMap(({ references }) => references),
    holds: all.flatMap(({ holds }) => holds),
  };
}

function usesIn(
  name: string,
  settings: CommonSettings,
  known: Pick<Vocabulary, 'strategies'>,
): Uses {
  const own = known.strategies[name]?.kind.gateUse?.(settings);
  const { references = [], stretches = [] } = own ?? {};
  const holds = stretches.map(
    ({ at: [first = [], ...others], duration, gates }, index): ConfigHold => {
      const paths = [[name, ...first], ...others.map((path) => [name, ...path])] as const;
      return { paths, duration, gates, first: index === 0 };
    },
  );
  const bake: ConfigHold = {
    paths: [[name, 'bake', 'duration']],
    duration: settings.bake.duration,
    gates: [...settings.gates, ...settings.bake.gates],
    first: holds.length === 0,
  };
  const named = references.map(({ gate, at }) => ({ gate, path: [name, ...at] }));
  return {
    references: [...commonReferences(name, settings), ...named],
    holds: [...holds, bake].filter(({ duration }) => duration > 0),
  };
}

function commonReferences(name: string, settings: CommonSettings): Reference[] {
  const list = (gates: readonly string[], ...path: PropertyKey[]) =>
    gates.map((gate, index): Reference => ({ gate, path: [name, ...path, index] }));
  return [
    ...list(settings.preflight, 'preflight'),
    ...list(settings.check, 'check'),
    ...list(settings.gates, 'watch'),
    ...list(settings.bake.gates, 'bake', 'gates'),
  ];
}
