import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { Bed } from './bed/bed.ts';
import { AwsFixture, KEY } from './bed/fixture.ts';

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

const POLICY = new URL('../../../docs/aws/policy.json', import.meta.url);

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.open();
});
afterAll(() => bed.close());

test('the documented policy allows the calls of every operation, and few besides', async () => {
  const { Statement } = JSON.parse(await readFile(POLICY, 'utf8')) as Policy;
  const allowed = Statement.flatMap(({ Action }) => Action).sort();
  bed.credentials.allowOnly(KEY, allowed);
  const fixture = await AwsFixture.open(bed, {}, { url: null });
  await fixture.adopt('v1', 2);
  const { releases } = await fixture.provider.observe();
  const v1 = releases[0]?.release as Release;
  const before = { live: v1, split: { [v1.id]: 100 }, units: 2 };
  const v2 = await fixture.release('v2');
  await fixture.make({ kind: 'start', release: v2, capacity: 50, weights: [] }, { before });
  await fixture.make({ kind: 'scale', release: v2.id, capacity: 100 }, { before });
  const header = { name: 'x-beta', value: 'yes' };
  const match = { release: v2.id, header };
  await fixture.make({ kind: 'route', split: { [v1.id]: 90, [v2.id]: 10 }, match });
  await fixture.make({ kind: 'route', split: { [v2.id]: 100 }, match: null });
  await fixture.make({ kind: 'promote', release: v2.id });
  await fixture.make({ kind: 'retire', release: v1.id, keeps: v2.id });
  const made = bed.front.calls
    .filter(({ call }) => call.caller.key === KEY)
    .map(({ call }) => `elasticloadbalancing:${call.action}`);
  // A rule that is not the default is changed by itself, and quotas are read where they are near.
  const others = /:(ModifyRule|DescribeAccountLimits)$/;
  const expected = allowed.filter((action) => !others.test(action));
  expect([...new Set(made)].sort()).toEqual(expected);
  await fixture.close();
});
