import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { Bed, begun, expectEnd } from './bed.ts';
import { onGateway, ownHost } from './ground.ts';
import { UnluckyServer } from './unlucky-server.ts';

/** Calls that the API server bears in each step of a canary, and for each second that it waits there. */
const MOST = 80;
const MOST_A_SECOND = 15;
/** Before the first change of a way back; how many go together depends on how busy the machine is. */
const MOST_BEFORE = { calls: 110, rounds: 50 };

onGateway('what an API server is asked', () => {
  let server: UnluckyServer;
  let bed: Bed;

  beforeAll(async () => {
    server = await UnluckyServer.open();
    const more = { clients: 1, kubeconfig: server.kubeconfig };
    bed = await Bed.make({ strategy: 'canary', host: ownHost('calls.test'), ...more });
  });

  afterAll(async () => {
    await bed?.close();
    await server?.close();
  });

  test('is bounded in each stage', async () => {
    const marks: { readonly step: string; readonly from: number; readonly at: number }[] = [];
    const run = bed.deploy('v2');
    void run.when((event) => {
      const step = beginningOf(event);
      if (step) marks.push({ step, from: server.heard.length, at: Date.now() });
      return false;
    });
    await expectEnd(run.ended, 0);
    const last = { from: server.heard.length, at: Date.now() };
    const calls = marks.map(({ step, from }, at) => {
      const until = marks[at + 1]?.from ?? server.heard.length;
      return `${step}: ${until - from}`;
    });
    console.log(`calls: ${marks[0]?.from} before, ${calls.join(', ')}`);
    for (const [index, { step, from, at }] of marks.entries()) {
      const { from: until, at: end } = marks[index + 1] ?? last;
      expect(until - from, step).toBeLessThan(MOST + (MOST_A_SECOND * (end - at)) / 1000);
    }
  });

  test('is soon a change of the traffic, when a rollback is wanted', async () => {
    const run = bed.deploy('v3', '--set', 'defaults.bake.duration=60s');
    await begun(run, /-bake$/);
    run.child.kill('SIGKILL');
    await run.ended;
    const line = ['rollback', await bed.shop.newest(), '--yes', '--store', bed.shop.store];
    server.heard.length = 0;
    await expectEnd(bed.shop.start(line, { elsewhere: true }).ended, 0);
    const first = server.heard.findIndex(
      ({ method, url }) => method === 'PATCH' && url.includes('/httproutes/'),
    );
    const before = server.heard.slice(0, first);
    const rounds = new Set(before.map(({ round }) => round)).size;
    console.log(`rollback: ${before.length} calls in ${rounds} rounds before the first change`);
    expect(before.length).toBeLessThan(MOST_BEFORE.calls);
    expect(rounds).toBeLessThan(MOST_BEFORE.rounds);
    await bed.expectOnly('v2');
  });
});

const beginningOf = ({ type, data }: DeployEvent) =>
  type === 'step-begun' ? (data as { step: { id: string } }).step.id : null;
