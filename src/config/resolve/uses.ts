import type { CanarySettings, CommonSettings, RollingSettings } from '../../contract/index.ts';
import type { Strategies } from '../resolved.ts';
import type { Path } from '../tree.ts';

interface Reference {
  readonly gate: string;
  readonly path: Path;
}

/** A stretch of time in which gates watch. */
export interface Hold {
  readonly path: Path;
  readonly duration: number;
  readonly gates: readonly string[];
  /** The first one after the new release got traffic. */
  readonly first: boolean;
}

export interface Uses {
  readonly references: readonly Reference[];
  readonly holds: readonly Hold[];
}

/** Every gate that a strategy names, and every stretch of time it gives them. */
export function usesOf(strategies: Strategies, meant: readonly string[]): Uses {
  const all = meant
    .filter((name) => strategies[name] !== undefined)
    .map((name) => {
      return usesIn(name, strategies[name] as CommonSettings);
    });
  return {
    references: all.flatMap(({ references }) => references),
    holds: all.flatMap(({ holds }) => holds),
  };
}

function usesIn(name: string, settings: CommonSettings): Uses {
  const { preflight, check, watch, bake } = lists(name, settings);
  const stages =
    name === 'canary' ? stagesOf(settings as CanarySettings) : { references: [], holds: [] };
  const { pause = 0 } = name === 'rolling' ? (settings as RollingSettings) : {};
  const holds = [
    { path: [name, 'pause'], duration: pause, gates: settings.gates, first: true },
    {
      path: [name, 'bake', 'duration'],
      duration: settings.bake.duration,
      gates: [...settings.gates, ...settings.bake.gates],
      first: name === 'blue-green',
    },
  ];
  return {
    references: [...preflight, ...check, ...watch, ...bake, ...stages.references],
    holds: [...stages.holds, ...holds].filter(({ duration }) => duration > 0),
  };
}

function lists(name: string, settings: CommonSettings) {
  const list = (gates: readonly string[], ...path: PropertyKey[]) =>
    gates.map((gate, index): Reference => ({ gate, path: [name, ...path, index] }));
  return {
    preflight: list(settings.preflight, 'preflight'),
    check: list(settings.check, 'check'),
    watch: list(settings.gates, 'watch'),
    bake: list(settings.bake.gates, 'bake', 'gates'),
  };
}

function stagesOf({ stages, gates }: CanarySettings): Uses {
  return {
    references: stages.flatMap((stage, index) =>
      stage.gates.map((gate, at) => ({ gate, path: ['canary', 'stages', index, 'gates', at] })),
    ),
    holds: stages.map((stage, index) => ({
      path: ['canary', 'stages', index, 'duration'],
      duration: stage.duration,
      gates: [...gates, ...stage.gates],
      first: index === 0,
    })),
  };
}
