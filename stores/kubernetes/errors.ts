import { DeployError, UNTOUCHED } from '../../src/contract/index.ts';

export function namespaceUnnamed({ href }: URL): DeployError {
  return new DeployError('usage', {
    message: `${JSON.stringify(href)} does not name a namespace.`,
    why: 'The address of a store in a cluster has three slashes: kubernetes:///namespace?context=name',
    state: UNTOUCHED,
  });
}
