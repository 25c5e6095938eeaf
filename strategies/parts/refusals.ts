import {
  type Capabilities,
  DeployError,
  type MatchRule,
  type Observation,
  type OperationKind,
  type PlanInput,
  type Release,
} from '../../src/contract/index.ts';
import type { Scene } from './scene.ts';

export function refuseRefusals(message: string, why: string, next: readonly string[]): never {
  throw new DeployError('plan-refused', { message, why, state: 'Nothing was touched.', next });
}

/** The operations that each of the tool's own cannot do without. */
const NEEDED: Readonly<Record<string, readonly OperationKind[]>> = {
  'blue-green': ['start', 'route'],
  canary: ['start', 'route'],
  rolling: ['replace'],
};

export function refuseUnlessPossible(
  strategy: string,
  { cannot }: Capabilities,
  needed: readonly OperationKind[] = NEEDED[strategy] ?? [],
): void {
  const reason = (kinds: readonly OperationKind[]) =>
    kinds.map((kind) => cannot[kind]).find(Boolean);
  const why = reason(needed);
  if (why === undefined) return;
  const others = Object.keys(NEEDED).filter((name) => !reason(NEEDED[name] ?? []));
  refuseRefusals(
    `This target cannot do a ${strategy} deployment.`,
    why,
    others.map((name) => `deployctl plan --strategy ${name}`),
  );
}

export function refuseUnroutable(
  weights: readonly number[],
  { weights: possible }: Capabilities,
): void {
  const wrong = weights.filter((weight) => !isPossible(weight, possible));
  if (wrong.length === 0) return;
  const words =
    'only' in possible
      ? `only ${listRefusals(possible.only)} %`
      : `only multiples of ${possible.step} %`;
  refuseRefusals(
    `This target cannot give a release ${listRefusals(wrong)} % of the traffic.`,
    `It routes ${words}, 0 % and 100 %.`,
    ['change the weights of canary.stages to ones it can route, then: deployctl plan'],
  );
}

export function refuseDescent(weights: readonly number[], { weightsDown }: Capabilities): void {
  const at = weights.findIndex((weight, index) => index > 0 && weight < (weights[index - 1] ?? 0));
  if (weightsDown || at < 0) return;
  refuseRefusals(
    `This target cannot reduce traffic again in the middle of a deployment (${weights[at - 1]} % to ${weights[at]} %).`,
    'Its weights only go up until the deployment ends or is rolled back.',
    [
      'put the stages in rising order, then: deployctl plan',
      'deployctl plan --strategy blue-green',
    ],
  );
}

export function refuseMatch(rule: MatchRule | null, { match }: Capabilities): void {
  for (const kind of ['header', 'cookie'] as const) {
    if (!rule?.[kind] || match[kind]) continue;
    refuseRefusals(
      `This target cannot route by ${kind} (${rule[kind].name}).`,
      `Its router has no ${kind} matching.`,
      [`remove the ${kind} from the match, then: deployctl plan`],
    );
  }
}

/** Half of the traffic cannot stay with what does not serve; all of it can be taken away from it. */
export function refuseSickStable({ observation, release }: PlanInput): void {
  const live = observation.releases.find(({ id }) => id === observation.live);
  if (live?.health !== 'unhealthy') return;
  refuseRefusals(
    `${live.version} serves now and is unhealthy: it cannot keep a part of the traffic during a canary of ${release.version}.`,
    live.note ?? `${live.ready} of ${live.desired} units are ready.`,
    ['deployctl deploy --strategy blue-green', 'deployctl rollback'],
  );
}

/** Without a live release there is nothing to go back to: that must not take the traffic off whoever has it. */
export function refuseUnknownServing({ split, releases }: Observation, wanted: Release): void {
  const serving = Object.entries(split ?? {}).filter(
    ([id, weight]) => weight > 0 && id !== wanted.id,
  );
  if (serving.length === 0) return;
  const versions = serving.map(([id]) => releases.find((seen) => seen.id === id)?.version ?? id);
  refuseRefusals(
    `Nothing is marked as live, but ${versions.join(' and ')} ${versions.length > 1 ? 'have' : 'has'} traffic: ${wanted.version} cannot be deployed as if it were the first.`,
    'The mark of what is live is lost, so a rollback would not know what to restore.',
    ['deployctl status', ...versions.map((version) => `deployctl rollback --to ${version}`)],
  );
}

/** A release that comes needs room beside whoever stays until it has taken over. */
export function refuseWithoutPlace(
  { stable, serving, release, capabilities }: Scene,
  idle: number,
): void {
  const { places } = capabilities;
  const others = (stable === null ? 0 : 1) + serving.length + idle;
  if (places === null || others + 1 <= places) return;
  refuseRefusals(
    `There is no room for ${release.version}: this target has room for ${places} releases, and ${others} stay until it has taken over.`,
    'Some of them share the traffic, so none can be removed beforehand.',
    ['deployctl status', 'deployctl rollback'],
  );
}

/** Where a release has traffic as soon as it is up, nothing can be done before that. */
export function refuseEarlyTraffic(what: string, { startsWithTraffic }: Capabilities): void {
  if (!startsWithTraffic) return;
  refuseRefusals(
    `This target cannot do ${what}.`,
    'A release gets traffic there as soon as it is started.',
    ['deployctl plan --strategy canary'],
  );
}

function isPossible(weight: number, possible: Capabilities['weights']): boolean {
  if (weight === 0 || weight === 100) return true;
  if ('only' in possible) return possible.only.includes(weight);
  const steps = weight / possible.step;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
}

function listRefusals(numbers: readonly number[]): string {
  return [...new Set(numbers)].join(', ');
}
