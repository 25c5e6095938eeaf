import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bed, startBed } from '../../beds/vercel/bed.ts';
import { failing } from '../../beds/vercel/platform/trouble.ts';
import { VercelFixture } from './fixture.ts';

let bed: Bed;
let fixture: VercelFixture;
beforeEach(async () => {
  bed = await startBed();
  fixture = new VercelFixture(bed);
  await fixture.write('v1').run('deploy --yes --release v1');
  expect(await fixture.visit()).toBe('v1');
});
afterEach(async () => {
  const told = bed.violations();
  fixture.remove();
  await bed.close();
  expect(told).toEqual([]);
});

const WRITES = [
  'POST /v2/files',
  'POST /v13/deployments',
  'POST /v10/projects/{projectId}/promote/{deploymentId}',
];
const POINTS = WRITES.flatMap((on) => [false, true].map((effect) => ({ on, effect, after: 0 })));
/** The first call to create only asks which files are missing. */
const ALL = [...POINTS, { on: 'POST /v13/deployments', effect: true, after: 1 }];

describe.each(ALL)('killed at $on (after $after, effect $effect)', ({ on, effect, after }) => {
  it.each([
    ['resume', 'v2'],
    ['rollback --yes', 'v1'],
    // What was never sent is the same to another deployment as if it had not begun.
    ...(effect ? [['deploy --yes --release v2', 'v2']] : []),
  ] as [string, string][])('%s ends with %s, built once', async (line, version) => {
    bed.platform.troubles.add({ on, effect, after, answer: 'cut' });
    expect(await fixture.write('v2').killedAtCut('deploy --yes --release v2')).toBe(true);
    const { code, said } = await fixture.run(line);
    expect([0, 3], said).toContain(code);
    expect(await fixture.visit(), said).toBe(version);
    // A deployment that unwinds first takes away what never served, and builds it again.
    if (line.startsWith('deploy')) return;
    const made = bed.calls.filter(
      ({ name, status, body }) =>
        name === 'POST /v13/deployments' && status === 200 && JSON.stringify(body).includes('"v2"'),
    );
    const lost = effect && on === 'POST /v13/deployments' && after === 1 ? 1 : 0;
    expect(made.length + lost).toBeLessThanOrEqual(1);
    expect((await fixture.run('status')).code).toBe(0);
  });
});

describe('killed when it has asked for a build that no list tells of yet', () => {
  it('is built once by whoever takes over', async () => {
    Object.assign(bed.platform.settings, { listLag: 6000 });
    const on = 'POST /v13/deployments';
    bed.platform.troubles.add({ on, effect: true, after: 1, answer: 'cut' });
    fixture.write('v2', { lag: '8s' });
    expect(await fixture.killedAtCut('deploy --yes --release v2')).toBe(true);
    const { code, said } = await fixture.run('resume');
    expect([code, await fixture.visit()], said).toEqual([0, 'v2']);
    expect(bed.platform.project.deployments.size, said).toBe(2);
  });
});

const ROLLING = '/v1/projects/{idOrName}/rolling-release';

describe.each([
  [`PATCH ${ROLLING}/config`, true],
  [`POST ${ROLLING}/start`, false],
  [`POST ${ROLLING}/start`, true],
  [`POST ${ROLLING}/approve-stage`, true],
  [`POST ${ROLLING}/complete`, true],
])('a canary that is killed at %s (effect %s)', (on, effect) => {
  it.each([
    ['resume', 'v2'],
    ['rollback --yes', 'v1'],
  ])('%s ends with %s, built once, and the settings as they were', async (line, version) => {
    const own = {
      advancementType: 'automatic',
      stages: [{ targetPercentage: 30, duration: 10 }, { targetPercentage: 100 }],
    } as const;
    bed.platform.project.rollingConfig = own;
    bed.platform.troubles.add({ on, effect, answer: 'cut' });
    fixture.write('v2', { strategy: 'canary' });
    expect(await fixture.killedAtCut('deploy --yes --release v2')).toBe(true);
    const { code, said } = await fixture.run(line);
    expect([0, 3], said).toContain(code);
    expect(await fixture.visit(), said).toBe(version);
    expect(bed.platform.canaryShare, said).toBeNull();
    expect(bed.platform.project.rollingConfig, said).toEqual(own);
    expect(bed.platform.project.deployments.size).toBeLessThanOrEqual(2);
    expect((await fixture.run('status')).code).toBe(0);
  });
});

describe('killed in the bake of what it has promoted', () => {
  it('is gone on with by whoever takes over, whose first look at the traffic fails', async () => {
    fixture.write('v2', { bake: '8s' });
    const { child, ended, said } = fixture.start('deploy --yes --release v2');
    await expect.poll(said, { timeout: 60_000, interval: 20 }).toContain('bake v2');
    child.kill('SIGKILL');
    await ended;
    const on = 'GET /v4/aliases/{idOrAlias}';
    const times = bed.platform.project.domains.length;
    bed.platform.troubles.add({ on, times, effect: false, answer: failing(500) });
    const again = await fixture.run('resume');
    expect([again.code, await fixture.visit()], again.said).toEqual([0, 'v2']);
    const failed = bed.calls.filter(({ name, status }) => name === on && status === 500);
    expect(failed).toHaveLength(times);
  });
});
