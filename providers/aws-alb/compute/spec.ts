import type { Release } from '../../../src/contract/index.ts';
import { asPlain, readPlain } from '../plain.ts';

/** How a release runs: on these targets, which are up already. */
export interface TargetsSpec {
  readonly compute: 'targets';
  /** `10.0.1.7:8080`, sorted. */
  readonly targets: readonly string[];
}

/** A program of the user's starts it, and says where it runs. */
interface CommandSpec {
  readonly compute: 'command';
  readonly run: readonly string[];
  readonly units: number;
}

/** A revision of a task definition: one that is named, or a live one with another image. */
export interface EcsSpec {
  readonly compute: 'ecs';
  readonly taskDefinition?: string;
  /** The revision that a new one is made from. */
  readonly from?: string;
  readonly image?: string;
  /** How many tasks carry all of the traffic where nothing serves yet. */
  readonly units?: number;
}

/** A version of a function: one that is there, or the one that this code is published as. */
export interface LambdaSpec {
  readonly compute: 'lambda';
  readonly function: string;
  readonly version?: string;
  readonly image?: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** A version of a launch template: one that is named, or a live one with another image. */
export interface AsgSpec {
  readonly compute: 'asg';
  readonly template: string;
  readonly version?: string;
  /** The version that a new one is made from. */
  readonly from?: string;
  readonly image?: string;
  /** How many instances carry all of the traffic where nothing serves yet. */
  readonly units?: number;
}

export type AlbSpec = TargetsSpec | CommandSpec | EcsSpec | LambdaSpec | AsgSpec;

/** The spec of a release of this provider: what `describeAlb` made, or what was read back from marks. */
export const albSpecIn = ({ spec }: Pick<Release, 'spec'>) => readPlain<AlbSpec>(spec);

export const asJson = (spec: AlbSpec) => asPlain(spec);

export const targetsSpec = (targets: readonly string[]): TargetsSpec => ({
  compute: 'targets',
  targets: [...new Set(targets)].sort(),
});

/** The targets that a release names itself; none where something else says where it runs. */
export function targetsIn(release: Pick<Release, 'spec'>): readonly string[] {
  const spec = albSpecIn(release);
  return spec.compute === 'targets' ? spec.targets : [];
}

/** How many units it has when it is whole, as far as it says so itself. */
export function unitsIn(release: Pick<Release, 'spec'>): number {
  const spec = albSpecIn(release);
  if (spec.compute === 'targets') return spec.targets.length;
  return 'units' in spec ? (spec.units ?? 1) : 1;
}
