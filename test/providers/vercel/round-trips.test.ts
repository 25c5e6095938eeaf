import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Api } from '../../../providers/vercel/client/api.ts';
import { VercelCalls } from '../../../providers/vercel/client/calls.ts';
import { vercelConnectionOf } from '../../../providers/vercel/connection.ts';
import { Memory } from '../../../providers/vercel/memory.ts';
import { VercelProvider } from '../../../providers/vercel/provider.ts';
import { Secret } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

/** Ms without a call after which all that were sent together have surely come in. */
const QUIET = 150;

let rig: Rig;
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

/** As a command opens it; no time passes for it, so that its readings stay as new as they are. */
function opened({ shared = 500 } = {}): VercelProvider {
  const { url, platform } = rig.bed;
  const { id, name } = platform.project;
  const { token, team } = platform.settings;
  const now = () => 0;
  const api = new Api({ base: url, token: new Secret(token), team: team.id, shared, now });
  const connection = { ...vercelConnectionOf(rig.settings), project: id, api: url };
  return new VercelProvider(rig.provider.identity, {
    calls: new VercelCalls(api, id, 'production'),
    connection,
    project: { id, name },
    memory: new Memory({ ...systemClock, monotonic: now }, connection),
  });
}

it('goes back after two round trips, besides the one that opens the project', async () => {
  const held: (() => void)[] = [];
  let holds = false;
  const names: string[] = [];
  const arrived = async (name: string | null) => {
    if (!holds) return;
    names.push(name ?? '');
    await new Promise<void>((go) => held.push(go));
  };
  rig = await createRig({ settings: { arrived } });
  const v1 = await rig.serving('v1');
  const v2 = await rig.serving('v2');
  holds = true;
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
  let rounds = 0;
  while (!names.some((name) => name.startsWith('POST'))) {
    if (held.length > 0) rounds += 1;
    for (const go of held.splice(0)) go();
    for (let seen = -1; seen !== names.length; await pause(QUIET)) seen = names.length;
  }
  expect(names.at(-1)).toBe('POST /v1/projects/{projectId}/rollback/{deploymentId}');
  expect(rounds).toBeLessThanOrEqual(2);
  holds = false;
  for (const go of held.splice(0)) go();
  await done;
  expect(await rig.visit()).toBe('v1');
});

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
