import { expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import type { Run } from '../fixture.ts';
import { Ledger } from './bed/ledger.ts';
import { useScene } from './bed/scene.ts';

/** Longer than targets take to be healthy: what comes up is reached by its header only after that. */
const LATE = 3_000;

/** What the config allows for it, with what a call and a busy machine take on top. */
const ALLOWED = '9s';

const scene = useScene({ propagation: LATE, pause: 50 });

/** A config that knows how late the load balancer is, and asks the candidate where users would. */
const asksPages = () =>
  scene.shop.rewrite((config) =>
    config
      .replace(/propagation: .*/, `propagation: ${ALLOWED}`)
      .replace(/answers: \{ http: \/healthz/, 'answers: { http: /'),
  );

const isMeasured = (event: DeployEvent): event is DeployEvent<'measured'> =>
  event.type === 'measured';

const answersTo = (run: Run) =>
  run.events.filter(isMeasured).map(({ data }) => data.measurement.detail);

async function expectNoLiveAnswer(run: Run): Promise<void> {
  await scene.well(run, 3);
  const answers = answersTo(run);
  expect(answers.length).toBeGreaterThan(0);
  for (const answer of answers) expect(answer).toMatch(/500/);
  expect(run.events.map(({ type }) => type)).not.toContain('routed');
  await scene.serves('v1');
}

test('a gate never takes the answers of what is live for those of a candidate', async () => {
  await asksPages();
  const fleet = await scene.fixture.fleet('v2');
  fleet.ail();
  await expectNoLiveAnswer(scene.shop.deploy(fleet));
});

test('nor does the process that takes over right after its rule was made', async () => {
  await asksPages();
  const { bed, shop, fixture: stage } = scene;
  const fleet = await stage.fleet('v2');
  fleet.ail();
  const ledger = new Ledger(bed, stage.network);
  const run = shop.deploy(fleet);
  await expect
    .poll(() => ledger.calls.some(({ call }) => call.action === 'CreateRule'), { timeout: 30_000 })
    .toBe(true);
  run.child.kill('SIGKILL');
  await run.ended;
  await expectNoLiveAnswer(shop.start('resume', '--output', 'json'));
});
