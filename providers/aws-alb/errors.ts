import { DeployError } from '../../src/contract/index.ts';

export function adoptionWithoutRegion(): DeployError {
  return new DeployError('usage', {
    message: 'AWS_REGION is not set, so there is no region to look in.',
    state: 'Nothing was written.',
    next: ['AWS_REGION=eu-central-1 deployctl init --provider aws-alb'],
  });
}
