import type {
  Capabilities,
  CommonSettings,
  Observation,
  ObservedRelease,
  PlanInput,
  Release,
  Split,
} from '../../src/contract/index.ts';

/** What serves, as far as a plan must know it. */
interface Stable {
  readonly id: string;
  readonly version: string;
}

/** The input, looked at once: what every part of a plan asks for. */
export interface Scene<Settings extends CommonSettings = CommonSettings> {
  readonly settings: Settings;
  readonly release: Release;
  readonly stable: Stable | null;
  /** Percent of the traffic that the wanted release has already. */
  readonly weight: number;
  readonly capabilities: Capabilities;
  /** Others that still carry traffic: they go last, because a rollback may need them. */
  readonly serving: readonly ObservedRelease[];
  /** Others that carry none. */
  readonly idle: readonly ObservedRelease[];
}

export function sceneOf<Settings extends CommonSettings>(
  input: PlanInput<Settings>,
): Scene<Settings> {
  const { observation, release, settings } = input;
  const others = observation.releases.filter(
    ({ id }) => id !== observation.live && id !== release.id,
  );
  return {
    settings,
    release,
    stable: stableOf(input),
    weight: sceneWeightOf(observation, release.id),
    capabilities: observation.capabilities,
    serving: others.filter(({ id }) => sceneWeightOf(observation, id) > 0),
    idle: others.filter(({ id }) => sceneWeightOf(observation, id) === 0),
  };
}

/** Whether there is nothing left to do: the wanted release is the live one and has all of the traffic. */
export function isLive({
  observation,
  release,
}: Pick<PlanInput, 'observation' | 'release'>): boolean {
  const { live, releases } = observation;
  const seen = releases.find(({ id }) => id === release.id);
  // After a reboot, say, it is live by name and nothing of it runs.
  const serves = seen === undefined || seen.ready > 0;
  return live === release.id && serves && sceneWeightOf(observation, release.id) === 100;
}

/** The two of them share the traffic; without a stable release the wanted one has it all. */
export function sceneSplitOf(
  { stable, release }: Pick<Scene, 'stable' | 'release'>,
  weight: number,
): Split {
  return stable === null
    ? { [release.id]: 100 }
    : { [stable.id]: sceneRest(weight), [release.id]: weight };
}

function sceneWeightOf(observation: Observation, id: string): number {
  return observation.split?.[id] ?? 0;
}

/** Null as well when the wanted release is the live one already and only lacks traffic. */
function stableOf({ observation, live, release }: PlanInput): Stable | null {
  const id = observation.live;
  if (id === null || id === release.id) return null;
  const version =
    live?.version ?? observation.releases.find((seen) => seen.id === id)?.version ?? id;
  return { id, version };
}

/** Without the dust of binary fractions: 100 − 7.7 is 92.3. */
function sceneRest(weight: number): number {
  return Math.round((100 - weight) * 1e6) / 1e6;
}
