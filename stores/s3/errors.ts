import { DeployError, UNTOUCHED } from '../../src/contract/index.ts';

export function notABucketAddress(url: URL, why: string): DeployError {
  return new DeployError('usage', {
    message: `${JSON.stringify(url.href)} is not the address of a bucket: ${why}.`,
    why: 'It has this form: s3://bucket/prefix?region=eu-central-1&owner=123456789012',
    state: UNTOUCHED,
    next: ['deployctl doctor --store s3://bucket/prefix'],
  });
}
