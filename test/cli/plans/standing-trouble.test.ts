import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliFixture, memoryConfig } from '../../helpers/run-cli.ts';

/** Alerts that fire, as an Alertmanager tells them; null for one that is down. */
let firing: string[] | null;
let server: Server;
let fixture: CliFixture;

beforeEach(async ({ task }) => {
  fixture = new CliFixture();
  firing = [];
  server = createServer((_, response) => {
    const alerts = firing?.map((alertname) => ({
      labels: { alertname },
      startsAt: '2026-01-02T03:04:05Z',
      status: { state: 'active' },
    }));
    response.writeHead(alerts ? 200 : 503).end(JSON.stringify(alerts ?? 'away'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const gates = `\
release: v0
canary: { duration: 400ms, bake: 0s, stages: [10%, 100%], watch: [alerts] }
gates:
  alerts:
    alertmanager: { address: "http://127.0.0.1:${port}", alerts: [HighErrorRate] }
    interval: 100ms`;
  fixture.write('deploy.config.yaml', memoryConfig(`alerted-${task.name.length}`, gates));
});

afterEach(() => {
  fixture.remove();
  server.close();
  server.closeAllConnections();
});

test('an alert that fires already is told with the plan, and none is where none fires', async () => {
  await fixture.run('deploy --release v1');
  expect((await fixture.run('plan --release v2')).stdout).not.toContain('Gate alerts');
  firing = ['HighErrorRate'];
  const { code, stdout } = await fixture.run('plan --release v2');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Gate alerts fails before anything has changed (1, limit 0: HighErrorRate fires since 2026-01-02T03:04:05.000Z): while that lasts, no deployment can pass it.',
  );
  firing = null;
  const blind = await fixture.run('plan --release v2');
  expect(blind.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Gate alerts has no verdict now: it answered 503',
  );
});

test('an alert that begins to fire stops the deployment and names itself', async () => {
  const first = await fixture.run('deploy --release v1');
  expect(first.code, first.stdout + first.stderr).toBe(0);
  const heard = (text: string) => {
    if (text.includes('10 %')) firing = ['HighErrorRate'];
  };
  const { code, stdout } = await fixture.run('deploy --release v2', { heard });
  expect(stdout).toContain('HighErrorRate fires');
  expect(code).toBe(3);
});
