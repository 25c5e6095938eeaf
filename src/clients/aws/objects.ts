import type { S3 } from '@aws-sdk/client-s3';
import { type AwsAccess, sdkConfig } from './access.ts';
import { Caller } from './caller.ts';

export interface Objects {
  readonly calls: Caller<S3>;
  close(): void;
}

/** The door to buckets; the library behind it is loaded when it is first opened. */
export async function openObjects(access: AwsAccess): Promise<Objects> {
  const { S3 } = await import('@aws-sdk/client-s3');
  // Servers other than AWS's have no host name for each bucket.
  const sdk = new S3({ ...sdkConfig(access), forcePathStyle: access.endpoint !== undefined });
  return { calls: new Caller(sdk), close: () => sdk.destroy() };
}
