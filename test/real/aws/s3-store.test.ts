import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessFrom } from '../../../src/clients/aws/access.ts';
import { type Objects, openObjects } from '../../../src/clients/aws/objects.ts';
import type { Store } from '../../../src/contract/index.ts';
import { addressOf } from '../../../stores/s3/address.ts';
import { createS3Store } from '../../../stores/s3/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';
import { Bed, REGION } from './bed/bed.ts';

let bed: Bed;
let objects: Objects;
let owner: S3Client;
let made = 0;
const env = () => ({
  AWS_ENDPOINT_URL: bed.url,
  AWS_ACCESS_KEY_ID: 'DEPLOYCTL',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_REGION: REGION,
});

beforeAll(async () => {
  bed = await Bed.open();
  const access = accessFrom(env(), { region: REGION, service: 'S3' });
  objects = await openObjects(access);
  owner = new S3Client({ ...access, forcePathStyle: true });
  await owner.send(
    new CreateBucketCommand({
      Bucket: 'journals',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
});
afterAll(async () => {
  objects.close();
  owner.destroy();
  await bed.close();
});

const open = (prefix: string) =>
  createS3Store(addressOf(new URL(`s3://journals/${prefix}`), env()), objects);

storeSuite({
  name: 's3',
  make: async () => open(`suite/${made++}`),
  reopen: ({ url }: Store) => createS3Store(addressOf(new URL(url), env()), objects),
});

describe('a journal in a bucket', () => {
  test('knows its own write again although the answer was lost', async () => {
    const store = open('lost');
    bed.faults.plant({ on: 'PUT', is: 'lostAfter' });
    await expect(store.create('log/1', 'ours')).rejects.toMatchObject({ failure: 'unknown' });
    expect(await store.create('log/1', 'ours')).toBe('mine');
    expect(await store.create('log/1', 'theirs')).toBe('exists');
  });

  test('is written again where another write for the same key was under way', async () => {
    const store = open('met');
    bed.faults.plant({ on: 'PUT', is: 'conflict', times: 2 });
    expect(await store.create('log/1', 'ours')).toBe('created');
    bed.faults.plant({ on: 'PUT', is: 'conflict', times: 9 });
    await expect(store.create('log/2', 'ours')).rejects.toMatchObject({ failure: 'conflict' });
    bed.faults.clear();
  });

  test('is read and listed although the service is away for a moment', async () => {
    const store = open('away');
    await store.create('log/1', 'x');
    bed.faults.plant({ on: 'GET', is: 'unavailable', times: 2 });
    expect(await store.get('log/1')).toBe('x');
    bed.faults.plant({ on: 'GET', is: 'throttled' }, { on: 'GET', is: 'lostAfter' });
    expect(await store.list('log')).toEqual(['1']);
  });

  test('is refused where conditions are ignored', async () => {
    const store = open('liar');
    await store.probe();
    bed.front.ignoresConditions = true;
    await expect(store.probe()).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('lets two writers write the same record'),
    });
    bed.front.ignoresConditions = false;
  });

  test('lists more than a page', async () => {
    const names = Array.from({ length: 1_050 }, (_, index) => String(index).padStart(4, '0'));
    for (let from = 0; from < names.length; from += 50)
      await Promise.all(
        names
          .slice(from, from + 50)
          .map((name) =>
            owner.send(
              new PutObjectCommand({ Bucket: 'journals', Key: `many/log/${name}`, Body: 'x' }),
            ),
          ),
      );
    expect(await open('many').list('log')).toEqual(names);
  });

  test('says what is wrong with an address', () => {
    const at = (url: string) => addressOf(new URL(url), {});
    expect(() => at('s3://journals/x')).toThrow('no region');
    expect(() => at('s3://J/x?region=eu-central-1')).toThrow('does not name a bucket');
    expect(() => at('s3://journals/x?region=eu-central-1&owner=me')).toThrow('twelve digits');
    expect(() => at('s3://journals/x?regoin=eu-central-1')).toThrow('does not accept regoin');
    expect(at('s3://journals/x/?region=eu-central-1&owner=123456789012')).toMatchObject({
      url: 's3://journals/x?region=eu-central-1&owner=123456789012',
      root: 'x/',
    });
  });
});
