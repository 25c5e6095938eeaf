import { UNTOUCHED } from '../../contract/errors.ts';
import { type Before, DeployError, type Plan } from '../../contract/index.ts';

export function ownedByOthers(owner: string): DeployError {
  return new DeployError('plan-refused', {
    message: `Something else owns what would be changed: ${owner}.`,
    state: UNTOUCHED,
    next: ['deployctl status'],
  });
}

export function gateUndefined(name: string): DeployError {
  return new DeployError('plan-refused', {
    message: `A step watches the gate ${JSON.stringify(name)}, which the config does not define.`,
    state: UNTOUCHED,
    next: ['deployctl validate'],
  });
}

export function labelUndefined(
  gate: string,
  label: string,
  known: ReadonlySet<string>,
): DeployError {
  return new DeployError('plan-refused', {
    message: `The gate ${gate} uses {{${label}}}, which the platform does not provide.`,
    why: `It provides ${[...known].sort().join(', ')}.`,
    state: UNTOUCHED,
    next: ['deployctl validate', 'deployctl plan'],
  });
}

export function planImpossible([first = '', ...others]: readonly string[]): DeployError {
  return new DeployError('plan-refused', {
    message: `The platform cannot do what is planned: ${first}`,
    why: others.length > 0 ? others.join(' ') : undefined,
    state: UNTOUCHED,
    next: ['deployctl plan'],
  });
}

export function planFileChanged(): DeployError {
  return new DeployError('policy', {
    message: 'This plan file was changed after it was made.',
    state: UNTOUCHED,
    next: ['deployctl plan --out plan.json'],
  });
}

export function liveChanged({ before, release }: Plan, now: Before): DeployError {
  return new DeployError('policy', {
    message: 'What is live has changed since this plan was made.',
    why: `Then ${liveWords(before, ['was', 'had'])}; now ${liveWords(now, ['is', 'has'])}.`,
    state: UNTOUCHED,
    next: [
      `deployctl plan --release ${release.version}`,
      `deployctl plan --release ${release.version} --out plan.json`,
    ],
  });
}

function liveWords({ live, split }: Before, [be, have]: readonly [string, string]): string {
  const shares = Object.entries(split ?? {}).map(([id, weight]) => {
    return `${id === live?.id ? live.version : id} ${have} ${weight} % of the traffic`;
  });
  return [`${live?.version ?? 'nothing'} ${be} live`, ...shares].join(', ');
}
