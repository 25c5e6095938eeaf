import { afterEach, beforeEach, expect, test } from 'vitest';
import { load } from '../providers/local/load.ts';
import { RealFixture } from './fixture.ts';

let fixture: RealFixture;

beforeEach(async () => {
  fixture = await RealFixture.make();
  const first = await fixture.run(
    'deploy',
    '--release',
    'old',
    '--set',
    'gates.errors.advisory=true',
  );
  expect(first.code, first.stderr).toBe(0);
});

afterEach(() => fixture.remove());

/** Deploys under load, and kills at the first stage what the finder finds. */
async function deployAndKill(find: (fixture: RealFixture) => Promise<number>) {
  const traffic = load(fixture.url, { connections: 8 });
  const run = fixture.start('deploy', '--release', 'new', '--output', 'json');
  const killed = run
    .when((event) => event.type === 'routed')
    .then(async () => process.kill(await find(fixture), 'SIGKILL'));
  const ended = await run.ended;
  await killed;
  return { ended, traffic: await traffic.stop() };
}

test('a replica of the old version killed during a canary costs no request', async () => {
  const { ended, traffic } = await deployAndKill((at) => at.replicaOf('old'));
  expect([0, 3]).toContain(ended.code);
  expect(traffic.failures).toEqual([]);
  expect(traffic.requests).toBeGreaterThan(500);
});

test('a replica of the new version killed during its canary costs no request, and the release', async () => {
  const { ended, traffic } = await deployAndKill((at) => at.replicaOf('new'));
  expect(ended.code).toBe(3);
  expect(traffic.failures).toEqual([]);
  const { observation } = await fixture.status();
  expect(observation.releases.map(({ version }) => version)).toEqual(['old']);
});

test('the edge killed during a canary turns no connection away, and the deployment ends well or back', async () => {
  const { ended, traffic } = await deployAndKill((at) => at.program('edge'));
  expect([0, 3]).toContain(ended.code);
  expect(traffic.refused).toBe(0);
  // What was under way in the killed process is lost with it, and nothing besides.
  expect(traffic.failures.length).toBeLessThanOrEqual(8);
});

test('the keeper killed during a canary costs nothing at all', async () => {
  const { ended, traffic } = await deployAndKill((at) => at.program('keeper'));
  expect(ended.code, ended.stdout).toBe(0);
  expect(traffic.failures).toEqual([]);
});
