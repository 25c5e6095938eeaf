import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { load } from '../../providers/local/load.ts';
import { RealFixture } from '../fixture.ts';
import { type Prometheus, startPrometheus } from './server.ts';

/** A server that scrapes the edge of the service; its gate decides the canary. */
let fixture: RealFixture;
let server: Prometheus;

beforeEach(async () => {
  fixture = await RealFixture.make();
  const file = join(fixture.folder, 'deploy.config.yaml');
  const config = await readFile(file, 'utf8');
  const metrics = /metricsPort: (\d+)/.exec(config)?.[1];
  server = await startPrometheus(`127.0.0.1:${metrics}`);
  const gate = `  errors:
    prometheus:
      address: ${server.address}
      total: 'deployctl_edge_requests_total{release="{{release}}"}'
      bad: 'deployctl_edge_requests_total{release="{{release}}",class=~"5xx|failed"}'
      delay: 1s
    max: 5%
    minSamples: 10
    interval: 4s
`;
  const watched = config
    .replace(/^ {2}errors: .*\n/m, gate)
    .replaceAll(/duration: \d+ms/g, 'duration: 6s');
  await writeFile(file, watched);
  const first = await fixture.run(
    'deploy',
    '--release',
    'old',
    '--set',
    'gates.errors.advisory=true',
  );
  expect(first.code, first.stderr).toBe(0);
});

afterEach(async () => {
  await server.close();
  await fixture.remove();
});

test('a canary that fails a third of its requests is sent back by what Prometheus counted of it', async () => {
  const traffic = load(fixture.url, { connections: 4 });
  const set = ['--set', 'provider.local.env.ERROR_RATE=0.3'];
  const ended = await fixture.run('deploy', '--release', 'new', ...set, '--output', 'json');
  await traffic.stop();
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stdout).toMatch(/"gate":"errors"/);
  const { observation } = await fixture.status();
  expect(observation.releases.map(({ version }) => version)).toEqual(['old']);
});

test('a canary that is well goes live on what Prometheus counted of it', async () => {
  const traffic = load(fixture.url, { connections: 4 });
  const ended = await fixture.run('deploy', '--release', 'new', '--output', 'json');
  const { failures } = await traffic.stop();
  expect(ended.code, `${ended.stdout.slice(-2000)}${ended.stderr}`).toBe(0);
  expect(failures).toEqual([]);
});
