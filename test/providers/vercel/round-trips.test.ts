import { afterEach, expect, it, vi } from 'vitest';
import { Api } from '../../../providers/vercel/client/api.ts';
import { VercelCalls } from '../../../providers/vercel/client/calls.ts';
import { vercelConnectionOf } from '../../../providers/vercel/connection.ts';
import { Memory } from '../../../providers/vercel/memory.ts';
import { VercelProvider } from '../../../providers/vercel/provider.ts';
import { Secret } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { Rounds } from '../../beds/vercel/rounds.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';
import { Scene } from './scene.ts';

let rig: Rig;
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

/** As a command opens it; no time passes for it, so that its readings stay as new as they are. */
function opened({ shared = 3000, now = (): number => 0 } = {}): VercelProvider {
  const { url, platform } = rig.bed;
  const { id, name } = platform.project;
  const { token, team } = platform.settings;
  const api = new Api({ base: url, token: new Secret(token), team: team.id, shared, now });
  const connection = { ...vercelConnectionOf(rig.settings), project: id, api: url };
  return new VercelProvider(rig.provider.identity, {
    calls: new VercelCalls(api, id, 'production'),
    connection,
    project: { id, name },
    memory: new Memory({ ...systemClock, monotonic: now }, connection),
  });
}

const PROJECT = 'GET /v9/projects/{idOrName}';
const ROLLING = 'GET /v1/projects/{idOrName}/rolling-release';
const DEPLOYMENT = 'GET /v13/deployments/{idOrUrl}';
const STANDING = [
  PROJECT,
  ROLLING,
  `${ROLLING}/config`,
  'GET /v6/deployments',
  `${PROJECT}/domains`,
].sort();
const CHANGE = 'POST /v1/projects/{projectId}/rollback/{deploymentId}';

it('goes back after two round trips, however much time passes between them', async () => {
  const rounds = new Rounds();
  rig = await createRig({ settings: { arrived: rounds.arrived } });
  const v1 = await rig.serving('v1');
  const v2 = await rig.serving('v2');
  const provider = opened();
  const goBack = async () => {
    const { live, releases, split } = await provider.observe();
    const serving = releases.find(({ id }) => id === live)?.release ?? null;
    const before = { live: serving, split, units: 1, baseline: {} };
    const context = { before };
    const course = [start(v1), route({ [v1.id]: 100, [v2.id]: 0 }), promote(v1)];
    expect(await provider.review(course, before)).toMatchObject({ refusals: [], lost: [] });
    for (const operation of course) {
      await rig.send(operation, context, provider);
      await rig.settled(operation, context, provider);
    }
  };
  const done = goBack();
  const asked = (await rounds.upToChange(done)).map((names) => names.toSorted());
  await done;
  expect(asked).toEqual([STANDING, [ROLLING, DEPLOYMENT, PROJECT].sort(), [CHANGE]]);
  expect(await rig.visit()).toBe('v1');
});

it.each([
  ['less than a moment', 499, []],
  ['more', 500, [PROJECT, ROLLING, DEPLOYMENT].sort()],
])(
  'what a change of traffic goes by is read anew when %s has passed since',
  async (_, ms, anew) => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const v2 = await rig.serving('v2');
    let at = 0;
    const provider = opened({ now: () => at });
    const { live, releases } = await provider.observe();
    const serving = releases.find(({ id }) => id === live)?.release ?? null;
    const context = { before: { live: serving, split: null, units: 1, baseline: {} } };
    await rig.send(start(v1), context, provider);
    at += ms;
    const from = rig.bed.calls.length;
    await rig.send(route({ [v1.id]: 100, [v2.id]: 0 }), context, provider);
    const asked = rig.bed.calls.slice(from).map(({ name }) => name ?? '');
    expect(asked.pop()).toBe(CHANGE);
    expect(asked.sort()).toEqual(anew);
  },
);

const LINKED = { project: 'prj_000000000001', team: 'team_000000000001' };
/** Longer than a reading tells of now. */
const SLOW = 700;

it.each([
  ['where `vercel link` has named the project', LINKED, 'rollback --yes', 2],
  ['to a version of long before', LINKED, 'rollback --yes --to v1', 2],
  ['where the config has names', {}, 'rollback --yes', 3],
])(
  'a rollback changes something after three round trips at most, on a slow line: %s',
  // A machine that stands still for longer than a reading tells of now asks more than once.
  { timeout: 60_000, retry: 1 },
  async (_, where, line, most) => {
    const rounds = new Rounds();
    const scene = await Scene.open({ settings: { arrived: rounds.arrived } });
    try {
      for (const version of ['v1', 'v2', 'v3'])
        await scene.deploy(version, { ...where, poll: '1s' });
      // Another process, which knows nothing of what these have read.
      const { monotonic } = systemClock;
      vi.spyOn(systemClock, 'monotonic').mockImplementation(() => monotonic() + 60_000);
      const ran = scene.run(line);
      const asked = await rounds.upToChange(ran, SLOW);
      const { code, said } = await ran;
      expect([code, await scene.visit()], said).toEqual([0, line.endsWith('v1') ? 'v1' : 'v2']);
      expect(asked.at(-1)).toEqual([CHANGE]);
      // On a machine that stands still for a while, what tells of production is read once more before it.
      const before = asked.slice(0, -1);
      const again = before.slice(most).flat();
      expect([PROJECT, ROLLING, DEPLOYMENT]).toEqual(expect.arrayContaining(again));
      expect(before.length, JSON.stringify(before)).toBeLessThanOrEqual(most + 1);
      const standing = before.flat().filter((name) => name === 'GET /v6/deployments');
      expect(standing).toHaveLength(1);
    } finally {
      rounds.holds = false;
      vi.restoreAllMocks();
      expect(await scene.close()).toEqual([]);
    }
  },
);

it('asks for no deployment again when it is planned to go back to one that was just listed', async () => {
  rig = await createRig();
  const v1 = await rig.serving('v1');
  const v2 = await rig.serving('v2');
  // Long after the last look, on a machine that has much to do.
  const provider = opened({ shared: 0 });
  const before = await rig.before();
  await provider.observe();
  const from = rig.bed.calls.length;
  const course = [start(v1), route({ [v1.id]: 100, [v2.id]: 0 }), promote(v1)];
  expect(await provider.review(course, before)).toMatchObject({ refusals: [], lost: [] });
  const asked = rig.bed.calls.slice(from).map(({ path }) => path);
  expect(asked.filter((path) => path.includes('/deployments'))).toEqual([]);
});
