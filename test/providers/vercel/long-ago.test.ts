import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vercelSpecOf } from '../../../providers/vercel/release/spec.ts';
import type { Release } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, route, start } from './rig.ts';
import { Scene } from './scene.ts';

const LIST = 'GET /v6/deployments';

/** As a busy team leaves them: newer than all that is there, and nothing of ours. */
function crowd({ platform }: Rig['bed'], count: number): void {
  const { deployments } = platform.project;
  const { now } = platform;
  const ours = [...deployments.values()];
  const [model] = ours;
  if (!model) throw new Error('nothing was deployed');
  for (const one of ours) deployments.set(one.id, { ...one, createdAt: one.createdAt - 2 * count });
  for (let at = 1; at <= count; at++) {
    const id = `dpl_other${at}`;
    deployments.set(id, { ...model, id, meta: {}, createdAt: now - count + at });
  }
}

const listed = ({ calls }: Rig['bed'], from = 0) =>
  calls.slice(from).filter(({ name }) => name === LIST).length;

describe('a release that 2,500 deployments of others have followed', { timeout: 60_000 }, () => {
  let scene: Scene;
  let built: number;
  beforeEach(async () => {
    scene = await Scene.open();
    for (const version of ['v1', 'v2', 'v3']) await scene.deploy(version);
    built = scene.project.deployments.size;
    crowd(scene.bed, 2500);
  });
  afterEach(async () => {
    expect(await scene.close()).toEqual([]);
  });

  it.each([
    ['rollback --yes', 'v2'],
    ['rollback --yes --to v1', 'v1'],
  ])('is gone back to by its recorded id, without a search: %s', async (line, version) => {
    // Another machine, where its files are not as they were.
    scene.fixture.write('site/index.html', 'changed');
    const from = scene.bed.calls.length;
    const { code, said } = await scene.run(line);
    expect([code, await scene.visit()], said).toEqual([0, version]);
    const further = scene.bed.calls.slice(from).filter(({ query }) => query.until !== undefined);
    expect(further).toEqual([]);
    expect(scene.project.deployments.size).toBe(built + 2500);
  });

  it('is found in the list where only what was deployed is recorded, and not what it was called', async () => {
    const { stdout } = await scene.run('history --output json');
    const [, id = ''] = /"id":"(\w+)","version":"v1"/.exec(stdout) ?? [];
    scene.fixture.write('site/index.html', 'changed');
    const { code, said } = await scene.run(`rollback --yes --to ${id}`);
    expect([code, await scene.visit()], said).toEqual([0, 'v1']);
    expect(scene.project.deployments.size).toBe(built + 2500);
  });
});

describe('a release of long ago', () => {
  let rig: Rig;
  let v1: Release;
  beforeEach(async () => {
    rig = await createRig();
    v1 = await rig.serving('v1');
    await rig.serving('v2');
  });
  afterEach(async () => {
    const told = rig.bed.violations();
    await rig.close();
    expect(told).toEqual([]);
  });

  it('is led to by whoever takes over, who was told no more than what is recorded', async () => {
    const { releases, live } = await (await rig.again()).observe();
    const v2 = releases.find(({ id }) => id === live)?.release ?? null;
    const before = { live: v2, split: null, units: 1, baseline: {} };
    const deployment = [...rig.bed.platform.project.deployments.keys()][0] ?? '';
    const release = { ...v1, spec: { ...v1.spec, deployment } };
    crowd(rig.bed, 300);
    const from = rig.bed.calls.length;
    const context = { before, release };
    await rig.send(route({ [v1.id]: 100 }), context, await rig.again());
    expect(await rig.visit()).toBe('v1');
    expect(listed(rig.bed, from)).toBe(0);
  });

  it('is searched for once: what follows asks for what is new only', async () => {
    crowd(rig.bed, 300);
    const v3 = await rig.release('v3');
    const provider = await rig.again();
    const from = rig.bed.calls.length;
    expect(await provider.verify(start(v3), asking('suite/0'))).toMatchObject({ again: true });
    expect(listed(rig.bed, from)).toBe(4);
    await rig.send(start(v3), {}, provider);
    expect(listed(rig.bed, from)).toBe(5);
  });

  it('is looked for under its id only where that is still it', async () => {
    const old = await rig.again();
    const { releases, live } = await old.observe();
    const v2 = releases.find(({ id }) => id === live)?.release as Release;
    const [first = '', second = ''] = rig.bed.platform.project.deployments.keys();
    expect(vercelSpecOf(v2).deployment).toBe(second);
    const mistaken = { ...v1, spec: { ...v1.spec, deployment: second } };
    const other = await rig.again();
    const seen = await other.verify(start(mistaken), asking('suite/0'));
    expect(seen).toMatchObject({ state: 'done', facts: { deployment: first } });
  });
});
