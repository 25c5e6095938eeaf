import { afterEach, describe, expect, it } from 'vitest';
import type { Operation, OperationContext } from '../../../src/contract/index.ts';
import { failing, type Trouble, throttled } from '../../beds/vercel/platform/trouble.ts';
import { createRig, promote, type Rig, route, start } from '../../providers/vercel/rig.ts';

let rig: Rig;
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

/** As the engine does: what was sent is read back; what failed for a while is tried again. */
async function insist(operation: Operation, context: Partial<OperationContext>): Promise<string[]> {
  const failures: string[] = [];
  const trying = async <T>(act: () => Promise<T>): Promise<T | null> =>
    act().catch((error: { failure?: string; message: string }) => {
      failures.push(error.failure ?? error.message);
      return null;
    });
  for (let turn = 0; turn < 10; turn++) {
    await trying(() => rig.send(operation, context));
    const seen = await trying(() => rig.settled(operation, context));
    if (seen?.state === 'done') return failures;
    if (seen && seen.state !== 'pending') throw new Error(JSON.stringify(seen));
  }
  throw new Error(`never done: ${failures.join()}`);
}

const CALLS = [
  'POST /v13/deployments',
  'POST /v2/files',
  'GET /v13/deployments/{idOrUrl}',
  'GET /v6/deployments',
  'GET /v9/projects/{idOrName}',
  'GET /v9/projects/{idOrName}/domains',
  'GET /v4/aliases/{idOrAlias}',
  'GET /v1/projects/{idOrName}/rolling-release',
  'POST /v10/projects/{projectId}/promote/{deploymentId}',
  'POST /v1/projects/{projectId}/rollback/{deploymentId}',
  'DELETE /v13/deployments/{id}',
];

const ENDS: readonly (readonly [string, Pick<Trouble, 'effect' | 'answer'>])[] = [
  ['is lost before its effect', { effect: false, answer: 'cut' }],
  ['takes effect and its answer is lost', { effect: true, answer: 'cut' }],
  ['fails with 500 after its effect', { effect: true, answer: failing(500) }],
  ['is throttled', { effect: false, answer: throttled(1) }],
];

describe.each(CALLS)('when %s', (on) => {
  // A read has no effect that could be lost.
  const ends = ENDS.filter(([, { effect }]) => !effect || !on.startsWith('GET'));
  it.each(ends)('%s, it is done in the end, and built only once', async (_, trouble) => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    rig.bed.platform.troubles.add({ on, ...trouble });
    const forward = { before, key: 'd/1' };
    const failures = await insist(start(v2), forward);
    failures.push(...(await insist(route({ [v1.id]: 0, [v2.id]: 100 }), forward)));
    failures.push(...(await insist(promote(v2), forward)));
    expect(await rig.visit()).toBe('v2');
    const back = { before, key: 'd/2', direction: 'back' } as const;
    failures.push(...(await insist(route({ [v1.id]: 100 }), back)));
    expect(await rig.visit()).toBe('v1');
    const v3 = await rig.release('v3');
    failures.push(...(await insist(start(v3), { ...forward, key: 'd/3' })));
    failures.push(
      ...(await insist({ kind: 'retire', release: v3.id, keeps: v1.id }, { ...back, key: 'd/4' })),
    );
    expect(rig.bed.platform.project.deployments.size).toBe(2);
    expect(failures).toHaveLength(1);
    const writes = !on.startsWith('GET');
    const repeatable = on === 'POST /v2/files' || trouble.answer === ENDS[3]?.[1].answer;
    expect(failures[0]).toMatch(writes && !repeatable ? /^unknown$/ : /^(transient|throttled)$/);
  });
});

const ROLLING = '/v1/projects/{idOrName}/rolling-release';
const CANARY_CALLS = [
  `GET ${ROLLING}`,
  `GET ${ROLLING}/config`,
  `PATCH ${ROLLING}/config`,
  `POST ${ROLLING}/start`,
  `POST ${ROLLING}/approve-stage`,
  `POST ${ROLLING}/complete`,
];
const OWN = {
  advancementType: 'automatic',
  stages: [{ targetPercentage: 30, duration: 10 }, { targetPercentage: 100 }],
} as const;

describe.each(CANARY_CALLS)('a canary of which %s', (on) => {
  const ends = ENDS.filter(([, { effect }]) => !effect || !on.startsWith('GET'));
  it.each(ends)('%s, goes by every stage once, and puts the settings back', async (_, trouble) => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const { platform } = rig.bed;
    platform.project.rollingConfig = OWN;
    const before = await rig.before();
    const v2 = await rig.release('v2');
    platform.troubles.add({ on, ...trouble });
    const forward = { before, key: 'd/1' };
    const shares = [5, 25, 100].map((share) => route({ [v1.id]: 100 - share, [v2.id]: share }));
    const failures: string[] = [];
    for (const operation of [start(v2, [5, 25, 100]), ...shares, promote(v2)])
      failures.push(...(await insist(operation, forward)));
    expect(failures).toHaveLength(1);
    expect([await rig.visit(), platform.project.rolling?.state]).toEqual(['v2', 'COMPLETE']);
    expect(platform.project.rollingConfig).toEqual(OWN);
    const approved = rig.bed.calls.filter(
      ({ name, status }) => name?.endsWith('/approve-stage') && status === 200,
    );
    expect(approved.length).toBeLessThanOrEqual(1);
    expect(platform.project.deployments.size).toBe(2);
  });
});

describe('a canary that goes back', () => {
  it.each(ENDS)(
    'although the call to the base %s, leads everybody there, and puts the settings back',
    async (_, trouble) => {
      rig = await createRig();
      const v1 = await rig.serving('v1');
      const { platform } = rig.bed;
      const before = await rig.before();
      const v2 = await rig.release('v2');
      const forward = { before, key: 'd/1' };
      await insist(start(v2, [5, 100]), forward);
      await insist(route({ [v1.id]: 95, [v2.id]: 5 }), forward);
      const on = 'POST /v1/projects/{projectId}/rollback/{deploymentId}';
      platform.troubles.add({ on, ...trouble });
      platform.troubles.add({ on: `DELETE ${ROLLING}/config`, ...trouble });
      const back = { before, key: 'd/2', direction: 'back' } as const;
      const retire = { kind: 'retire', release: v2.id, keeps: v1.id } as const;
      const failures = await insist(route({ [v1.id]: 100 }), back);
      failures.push(...(await insist(retire, back)));
      expect(failures).toHaveLength(2);
      expect([await rig.visit('/?vcrrForceCanary=true'), platform.project.rolling?.state]).toEqual([
        'v1',
        'ABORTED',
      ]);
      expect(platform.project.rollingConfig).toBeNull();
      expect(platform.project.deployments.size).toBe(1);
    },
  );
});
