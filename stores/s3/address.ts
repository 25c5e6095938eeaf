import { notABucketAddress } from './errors.ts';

/** What the URL of a bucket says: `s3://bucket/prefix?region=eu-central-1&owner=123456789012`. */
export interface S3StoreAddress {
  readonly url: string;
  readonly bucket: string;
  /** Before every key; empty, or ending with a slash. */
  readonly root: string;
  readonly region: string;
  /** Of the account that the bucket must belong to; null where nobody says. */
  readonly owner: string | null;
  /** The key that everything is encrypted with; null for what the bucket itself does. */
  readonly kms: string | null;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What may stand behind the `?` of its URL. */
export const S3_PARAMETERS = {
  region: 'Region of the bucket; by default AWS_REGION or AWS_DEFAULT_REGION.',
  owner: 'Number of the account that the bucket must belong to.',
  kms: 'Key that records are encrypted with; by default the encryption of the bucket.',
} as const;
const KNOWN = Object.keys(S3_PARAMETERS);

type S3StoreEnv = Readonly<Record<string, string | undefined>>;

export function addressOf(url: URL, env: S3StoreEnv): S3StoreAddress {
  const { hostname: bucket, pathname, searchParams: given } = url;
  if (!BUCKET.test(bucket)) throw notABucketAddress(url, 'it does not name a bucket');
  const strange = [...given.keys()].find((name) => !KNOWN.includes(name));
  if (strange)
    throw notABucketAddress(url, `it does not accept ${strange}, only ${KNOWN.join(', ')}`);
  const owner = given.get('owner');
  if (owner !== null && !/^\d{12}$/.test(owner))
    throw notABucketAddress(url, 'owner is the number of an account, twelve digits');
  const region = given.get('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region) throw notABucketAddress(url, 'it has no region, and neither has the environment');
  const path = pathname.replace(/^\/+|\/+$/g, '');
  // With its region in it the URL means the same bucket on every machine.
  const whole = new URL(`s3://${bucket}/${path}`);
  const said = { region, owner, kms: given.get('kms') };
  for (const [name, value] of Object.entries(said)) if (value) whole.searchParams.set(name, value);
  return { url: whole.href, bucket, root: path === '' ? '' : `${path}/`, ...said };
}
