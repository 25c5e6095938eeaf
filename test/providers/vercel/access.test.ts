import { afterEach, beforeEach, expect, it } from 'vitest';
import { vercelAccessTo } from '../../../providers/vercel/access.ts';
import { Api } from '../../../providers/vercel/client/api.ts';
import { VercelCalls } from '../../../providers/vercel/client/calls.ts';
import { OFFICIAL, vercelConnectionOf } from '../../../providers/vercel/connection.ts';
import { Memory } from '../../../providers/vercel/memory.ts';
import { Secret } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRig, type Rig } from './rig.ts';

const BYPASS = { fromEnv: 'OPENER' };
const { signal } = new AbortController();

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.close());

/** As with the real API, whatever answers to it. */
function access() {
  const { url, platform } = rig.bed;
  const { id, name } = platform.project;
  const { token, team } = platform.settings;
  const now = () => systemClock.monotonic();
  const api = new Api({ base: url, token: new Secret(token), team: team.id, shared: 0, now });
  const connection = { ...vercelConnectionOf(rig.settings), api: OFFICIAL, bypass: BYPASS };
  return vercelAccessTo({
    calls: new VercelCalls(api, id, 'production'),
    connection,
    project: { id, name },
    memory: new Memory(systemClock, connection),
  });
}

it.each([
  ['shop-abc.vercel.app', true],
  ['shop-abc.now.sh', true],
  ['vercel.app', false],
  ['shop-abc.vercel.app.example.com', false],
  ['shop-abcvercel.app', false],
  ['shop.example.com', false],
])('the secret for protected deployments goes to %s: %s', async (host, goes) => {
  const v1 = await rig.serving('v1');
  const [deployment] = rig.bed.platform.project.deployments.values();
  Object.assign(deployment ?? {}, { host });
  const reach = await access().reach(v1.id, signal);
  expect(reach?.url).toBe(`https://${host}`);
  expect(reach?.headers).toEqual(goes ? { 'x-vercel-protection-bypass': BYPASS } : {});
  expect((await access().reach(null, signal))?.headers).toEqual({});
});
