import { DeployError, UNTOUCHED } from '../../src/contract/index.ts';

/** `title` is what runs the pods, with its kind: `Deployment web`. */
export const nothingToChange = (title: string, owner: string | null): DeployError =>
  new DeployError('plan-refused', {
    message: `The cluster has no ${title} that a release could change${owner ? `: ${owner}` : ''}.`,
    why: 'A release changes a workload that exists; deployctl does not create it.',
    state: UNTOUCHED,
    next: ['deployctl doctor', 'or set kubernetes.workload to one that exists'],
  });

export const imageAlone = (title: string): DeployError =>
  new DeployError('plan-refused', {
    message: `Of the ${title} only the image can be changed, but the config gives manifests or Secrets as well.`,
    why: 'Manifests and Secrets are only applied to a Deployment.',
    state: UNTOUCHED,
    next: [
      'apply the manifests and Secrets with kubectl, and remove them from the config',
      'deployctl validate',
    ],
  });

export const secretUnused = (name: string): DeployError =>
  new DeployError('plan-refused', {
    message: `No pod of this release uses the Secret ${name}.`,
    why: 'The config gives its values, but no manifest names it.',
    state: UNTOUCHED,
    next: [`name ${name} in a manifest, or remove it from the config, then: deployctl plan`],
  });

export const manifestsUnreadable = (why: string): DeployError =>
  new DeployError('plan-refused', {
    message: 'The manifests of this release cannot be read.',
    why,
    state: UNTOUCHED,
    next: ['repair that, then: deployctl plan'],
  });
