import { DeployError } from '../../../src/contract/index.ts';

/** Whoever only looks or goes back needs none, so that the config may leave them open. */
export function noTargets(): DeployError {
  return new DeployError('config-invalid', {
    message: 'provider.aws-alb.targets names no target: where would the release run?',
    state: 'Nothing was touched.',
    next: [
      "deployctl plan --release <version> --set provider.aws-alb.targets='10.0.1.7:8080 10.0.2.7:8080'",
    ],
  });
}
