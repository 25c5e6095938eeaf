import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessFrom } from '../../../src/clients/aws/access.ts';
import { type Objects, openObjects } from '../../../src/clients/aws/objects.ts';
import type { Store } from '../../../src/contract/index.ts';
import { addressOf } from '../../../stores/s3/address.ts';
import { createS3Store } from '../../../stores/s3/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';
import { REGION } from './bed/bed.ts';
import { hasS3Server, S3Server } from './bed/s3-server.ts';

describe.skipIf(!hasS3Server)('on an S3 server by other hands', () => {
  let server: S3Server;
  let objects: Objects;
  let made = 0;

  beforeAll(async () => {
    server = await S3Server.start();
    const access = accessFrom(server.env, { region: REGION, service: 'S3' });
    objects = await openObjects(access);
    const owner = new S3Client({ ...access, forcePathStyle: true });
    await owner.send(new CreateBucketCommand({ Bucket: 'journals' }));
    owner.destroy();
  });
  afterAll(async () => {
    objects.close();
    await server.stop();
  });

  const open = (prefix: string) =>
    createS3Store(addressOf(new URL(`s3://journals/${prefix}`), server.env), objects);

  storeSuite({
    name: 's3',
    make: async () => open(`suite/${made++}`),
    reopen: ({ url }: Store) => createS3Store(addressOf(new URL(url), server.env), objects),
  });

  test('of many writers of one record exactly one is told that it wrote', async () => {
    for (let round = 0; round < 5; round++) {
      const said = await Promise.all(
        Array.from({ length: 16 }, (_, n) => open('race').create(`log/${round}`, `writer ${n}`)),
      );
      expect(said.filter((each) => each === 'created')).toHaveLength(1);
    }
  });

  test('a wrong key is denied, in its words', async () => {
    const env = { ...server.env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const strange = await openObjects(accessFrom(env, { region: REGION, service: 'S3' }));
    const store = createS3Store(addressOf(new URL('s3://journals/strange'), env), strange);
    await expect(store.get('log/1')).rejects.toMatchObject({ failure: 'denied' });
    strange.close();
  });
});
