import { accessFrom } from '../../src/clients/aws/access.ts';
import { openObjects } from '../../src/clients/aws/objects.ts';
import type { StoreKind } from '../../src/contract/index.ts';
import { addressOf, S3_PARAMETERS } from './address.ts';
import { createS3Store } from './index.ts';

/** `s3://bucket/prefix?region=eu-central-1`. */
export const s3Store: StoreKind = {
  scheme: 's3',
  words: 'Objects in a bucket of S3, or of a server with the same conditional writes.',
  url: 's3://bucket/prefix?region=eu-central-1',
  parameters: S3_PARAMETERS,
  via: ['profile'],
  open: async (url, { env, via }) => {
    const at = addressOf(url, env);
    const profile = typeof via.profile === 'string' ? via.profile : undefined;
    const access = accessFrom(env, { region: at.region, service: 'S3', profile });
    return createS3Store(at, await openObjects(access));
  },
};
