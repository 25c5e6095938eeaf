import type { Objects } from '../../src/clients/aws/objects.ts';
import { type Created, ProviderError, type Store } from '../../src/contract/index.ts';
import { checkKey } from '../kit/key.ts';
import { proveStore } from '../kit/prove.ts';
import { checkValue, namesAfter } from '../kit/value.ts';
import type { S3StoreAddress } from './address.ts';

/** How often a write is sent again that met another one for the same key. */
const MEETINGS = 5;

/** Objects may be far longer; each look is a request that is paid for. */
const S3_STORE_LIMITS = { value: 2 ** 24, poll: 2000 };

const S3_STORE_COMMANDS = ['deployctl deploy --store s3://another-bucket/prefix'];

/** A bucket as store: `create` is a put on the condition that nothing is there, which S3 decides alone. */
export function createS3Store(at: S3StoreAddress, { calls }: Pick<Objects, 'calls'>): Store {
  const bucket = {
    Bucket: at.bucket,
    ...(at.owner ? { ExpectedBucketOwner: at.owner } : {}),
  };
  const sealed = at.kms ? ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: at.kms } as const) : {};
  const keyed = (key: string) => ({ ...bucket, Key: at.root + checkKey(key) });
  const written = (key: string, value: string) => {
    const Body = Buffer.from(checkValue(value, S3_STORE_LIMITS.value));
    const described = { ContentLength: Body.length, ContentType: 'text/plain; charset=utf-8' };
    return { ...keyed(key), ...sealed, ...described, Body };
  };

  const get = (key: string): Promise<string | null> =>
    calls.read(async (sdk, options) => {
      const answer = await absent(sdk.getObject(keyed(key), options));
      return (await answer?.Body?.transformToString('utf-8')) ?? (answer ? '' : null);
    });

  const create = async (key: string, value: string): Promise<Created> => {
    const wanted = { ...written(key, value), IfNoneMatch: '*' };
    for (let meeting = 0; meeting < MEETINGS; meeting++) {
      const made = await calls.write((sdk, options) => kept(sdk.putObject(wanted, options)));
      if (made === 'created') return 'created';
      if (made === 'met') continue;
      const there = await get(key);
      // What was in the way has been taken away meanwhile.
      if (there !== null) return there === value ? 'mine' : 'exists';
    }
    throw new ProviderError('conflict', `another process keeps writing ${key}`);
  };

  const list = async (prefix: string, after?: string): Promise<readonly string[]> => {
    const below = `${at.root}${checkKey(prefix)}/`;
    const StartAfter = after === undefined ? undefined : `${below}${after}`;
    const names = new Set<string>();
    for (let token: string | undefined, more = true; more; ) {
      const page = {
        ...bucket,
        Prefix: below,
        Delimiter: '/',
        StartAfter,
        ContinuationToken: token,
      };
      const answer = await calls.read((sdk, options) => sdk.listObjectsV2(page, options));
      for (const name of namesOnPage(answer, below)) names.add(name);
      token = answer.NextContinuationToken;
      more = answer.IsTruncated === true;
      if (more && !token)
        throw new ProviderError('transient', 'the listing of the bucket stopped half-way');
    }
    return namesAfter([...names].sort(), after);
  };

  const store: Store = {
    url: at.url,
    limits: S3_STORE_LIMITS,
    get: async (key) => get(key),
    create,
    put: async (key, value) => {
      const wanted = written(key, value);
      await calls.write((sdk, options) => sdk.putObject(wanted, options));
    },
    list,
    remove: async (key) => {
      const gone = keyed(key);
      await calls.write((sdk, options) => sdk.deleteObject(gone, options));
    },
    probe: () => proveStore(store, S3_STORE_COMMANDS),
  };
  return store;
}

interface ListPage {
  readonly Contents?: readonly { readonly Key?: string | undefined }[] | undefined;
  readonly CommonPrefixes?: readonly { readonly Prefix?: string | undefined }[] | undefined;
}

/** Names right below a prefix: of keys there, and of what further keys lie in. */
function namesOnPage({ Contents = [], CommonPrefixes = [] }: ListPage, below: string) {
  return [
    ...Contents.map(({ Key = '' }) => Key.slice(below.length)),
    ...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(below.length, -1)),
  ];
}

/** `taken`: something is there. `met`: another write for the same key was under way. */
async function kept(put: Promise<unknown>): Promise<'created' | 'taken' | 'met'> {
  try {
    await put;
    return 'created';
  } catch (error) {
    const { name } = error as Error;
    if (name === 'PreconditionFailed') return 'taken';
    if (name === 'ConditionalRequestConflict') return 'met';
    throw error;
  }
}

async function absent<T>(get: Promise<T>): Promise<T | null> {
  try {
    return await get;
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return null;
    throw error;
  }
}
