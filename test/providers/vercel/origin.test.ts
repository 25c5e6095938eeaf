import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vercelSpecOf } from '../../../providers/vercel/release/spec.ts';
import type { Provider, Release } from '../../../src/contract/index.ts';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { DEPLOYMENTS } from '../../beds/vercel/api/deployments.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, start } from './rig.ts';

const LIST = 'GET /v6/deployments';

/** Whether there are more deployments of others than anybody reads through. */
let crowded: boolean;
const planted: Handlers = {
  [LIST]: async (call) => {
    if (!crowded) return (await DEPLOYMENTS[LIST]?.(call)) ?? { status: 500 };
    const { until = Number.MAX_SAFE_INTEGER } = call.query;
    const next = Number(until) - 1;
    return { status: 200, body: { deployments: [], pagination: { count: 0, next, prev: null } } };
  },
};

let rig: Rig;
let v1: Release;
let v2: Release;
beforeEach(async () => {
  crowded = false;
  rig = await createRig({ planted });
  v1 = await rig.serving('v1');
  v2 = await rig.serving('v2');
});
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

const listed = () => rig.bed.calls.filter(({ name }) => name === LIST).length;
const reviewed = async (provider: Provider, release: Release) =>
  provider.review?.([start(release)], await rig.before());

function change(release: Release): void {
  const { source } = vercelSpecOf(release);
  if (source.kind === 'files') writeFileSync(join(source.folder, 'index.html'), 'changed');
}

describe('a release behind more deployments than are searched', () => {
  it('is not told as gone: nothing is refused, and a note says so', async () => {
    change(v1);
    crowded = true;
    const told = await reviewed(await rig.again(), v1);
    expect([told?.lost, told?.refusals]).toEqual([[], []]);
    expect(told?.notes.join()).toContain('Whether Vercel still has v1 is not known');
    crowded = false;
    rig.bed.platform.project.deployments.clear();
    const gone = await reviewed(await rig.again(), v1);
    expect(gone?.lost).toEqual([expect.stringContaining('Vercel has no deployment of v1')]);
  });

  it('is found by its id where it is live', async () => {
    change(v2);
    crowded = true;
    const provider = await rig.again();
    await provider.observe();
    expect((await reviewed(provider, v2))?.notes).toEqual([]);
    expect(await provider.verify(start(v2), asking('suite/0'))).toMatchObject({ state: 'done' });
  });
});

it('a release whose files were just read is not looked for', async () => {
  const v3 = await rig.release('v3');
  const before = await rig.before();
  const from = listed();
  const told = await rig.provider.review?.([start(v3)], before);
  expect([told?.lost, told?.refusals, listed() - from]).toEqual([[], [], 0]);
  const elsewhere = await rig.again();
  await elsewhere.review?.([start(v3)], before);
  expect(listed() - from).toBeGreaterThan(0);
});
