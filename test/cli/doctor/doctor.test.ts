import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { statusOf } from '../../../providers/local/client/control-client.ts';
import type { Status } from '../../../providers/local/home/messages.ts';
import { localHost } from '../../../providers/local/host.ts';
import { outsideCheck } from '../../../src/cli/doctor/outside-check.ts';
import { listeningUrlOf } from '../../../src/cli/doctor/place-check.ts';
import type { Io } from '../../../src/cli/shell/io.ts';
import type { JsonObject, Observation } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { CliFixture, memoryConfig } from '../../helpers/run-cli.ts';
import { hasOpenssl, newPair } from '../../providers/local/edge/certificates.ts';
import { ProcessFixture } from '../process-fixture.ts';

const io = { clock: systemClock } as Io;
const live = 'v2-abc';
const releases = [{ id: 'v1-abc', version: 'v1' }] as unknown as Observation['releases'];

function seen(url: string | null, split: Observation['split'] = { [live]: 100 }) {
  return { live, split, releases, endpoints: { public: url, counts: null, metrics: null } };
}

async function serving(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer as () => void).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('doctor asks the service as a user would, and', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  test.each([
    [200, true, 'answers 200'],
    [404, true, 'answers 404'],
    [503, false, 'answers 503'],
  ])('takes an answer of %s for what it is', async (status, ok, words) => {
    server = await serving((_, response) => response.writeHead(status).end());
    const check = await outsideCheck(io, seen(urlOf(server)), null);
    expect(check).toMatchObject({ name: 'service', ok });
    expect(check.found).toContain(words);
  });

  test('says when another release answers than the platform says', async () => {
    server = await serving((_, response) =>
      response.writeHead(200, { 'x-deployctl-release': 'v1-abc' }).end(),
    );
    const check = await outsideCheck(io, seen(urlOf(server)), null);
    expect(check.ok).toBe(false);
    expect(check.found).toContain('is answered by v1, which has no traffic');
  });

  test('asks the address of the config where the platform no longer says one', async () => {
    server = await serving((_, response) => response.end());
    const url = urlOf(server);
    server.close();
    await once(server, 'close');
    const check = await outsideCheck(io, seen(null), url);
    expect(check).toMatchObject({
      ok: false,
      found: `${url} does not answer: nothing listens there`,
    });
  });

  test.runIf(hasOpenssl)(
    'over TLS: the answer counts, and so does the end of the certificate',
    async () => {
      const pair = newPair('shop.example');
      const files = { cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
      let status = 200;
      const secure = createSecure(files, (_, response) => response.writeHead(status).end());
      secure.listen(0, '127.0.0.1');
      await once(secure, 'listening');
      const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
      const look = (later = 0) => {
        const clock = { ...systemClock, wall: () => Date.now() + later };
        return outsideCheck({ clock } as Io, seen(null), url);
      };
      try {
        const well = await look();
        expect(well.found).toMatch(/answers 200 in .*, with a certificate that cannot be checked/);
        expect(well.ok).toBe(true);
        status = 503;
        expect(await look()).toMatchObject({ ok: false, found: `${url} answers 503` });
        const expired = `${url} does not answer: its certificate has expired`;
        expect(await look(3 * 86_400_000)).toMatchObject({ ok: false, found: expired });
      } finally {
        secure.closeAllConnections();
        secure.close();
        rmSync(pair.folder, { recursive: true });
      }
    },
  );

  test('asks nobody where nothing is live', async () => {
    const check = await outsideCheck(io, { ...seen(null), live: null }, 'http://127.0.0.1:1');
    expect(check).toMatchObject({ ok: true, found: 'not asked: nothing is live yet' });
  });
});

describe('doctor --report', () => {
  let fixture: CliFixture;
  beforeEach(() => {
    fixture = new CliFixture();
  });
  afterEach(() => fixture.remove());

  test('writes one file without names, secrets or texts of the settings', async () => {
    fixture.write(
      'deploy.config.yaml',
      `service: porty\nstrategy: canary\nprovider:\n  local:\n    command: [server, --password=hunter2]\n    env: { TOKEN_NAME: hunter3 }\n    edge: { port: 0 }\n`,
    );
    const { stdout, stderr } = await fixture.run('doctor --report report.md');
    const report = readFileSync(join(fixture.folder, 'report.md'), 'utf8');
    expect(stderr).toContain('Written: report.md');
    expect(report).toContain('"deployctl": "');
    expect(report).toMatch(/"superuser": (true|false)/);
    expect(report).toContain('"name": "local"');
    expect(report).toContain('"env": "1 entries"');
    expect(report).toContain('"replicas": 1');
    expect(report).not.toMatch(/hunter|TOKEN_NAME/);
    expect(report).not.toContain(fixture.folder);
    expect(report).not.toContain(hostname());
    for (const [, name] of stdout.matchAll(/^[✔✖] (\w+)/gm)) expect(report).toContain(`"${name}`);
  });

  test('tells how far the newest deployment of each target came', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('reported'));
    await fixture.run('deploy --release v1');
    await fixture.run('doctor --report report.md');
    const report = readFileSync(join(fixture.folder, 'report.md'), 'utf8');
    expect(report).toContain('"result": "succeeded"');
    expect(report).not.toContain('reported-');
  });
});

test('doctor says what a person has left unfinished, and how it goes on', async () => {
  const fixture = new CliFixture();
  try {
    const held = 'canary: { duration: 10m, bake: 0s, stages: [10%, 100%] }';
    fixture.write('deploy.config.yaml', memoryConfig('left', held));
    await fixture.run('deploy --release v1');
    const deploying = fixture.run('deploy --release v2');
    await expect.poll(async () => (await fixture.run('status')).stdout).toContain('10 %');
    fixture.signal('SIGINT');
    await deploying;
    const { stdout, code } = await fixture.run('doctor');
    expect(stdout).toMatch(
      /^✔ deployment (\w+): v2 to left is unfinished: .+\n +deployctl resume \1/m,
    );
    expect(code).toBe(0);
    await fixture.run('rollback');
    expect((await fixture.run('doctor')).stdout).not.toContain('unfinished');
  } finally {
    fixture.remove();
  }
});

describe('doctor, on a machine where everything was killed,', () => {
  let fixture: ProcessFixture;
  beforeEach(async () => {
    fixture = await ProcessFixture.make();
  });
  afterEach(() => fixture.remove(), 30_000);

  test('finds that nobody serves, and knows its own edge while it does', async () => {
    expect((await fixture.run('deploy --release v1')).code).toBe(0);
    const well = await fixture.run('doctor');
    expect(well.stdout).toContain(`✔ service: http://127.0.0.1:${fixture.port} answers`);
    expect(well.stdout).toContain(`✔ port ${fixture.port}: in use by this service`);
    expect(well).toMatchObject({ code: 0 });
    const byName = await fixture.run('doctor --service shop');
    expect(byName.stdout).toContain(`✔ port ${fixture.port}: in use by this service`);

    await killAll(join(fixture.folder, 'state/deployctl/local/shop'));
    const { code, stdout } = await fixture.run('doctor');
    expect(stdout).toContain('✖ provider: local shop, v1 should be live, 0 of 1 healthy');
    expect(stdout).toContain(
      `✖ service: http://127.0.0.1:${fixture.port} does not answer: nothing listens there`,
    );
    expect(code).toBe(1);
    rmSync(join(fixture.folder, 'deploy.config.yaml'));
    const anywhere = await fixture.run('doctor');
    expect(anywhere.stdout).toContain('✖ service: http://127.0.0.1:');
    expect(anywhere.code).toBe(1);
    const named = await fixture.run('doctor --service shop');
    expect(named.stdout).toContain('✖ provider: local shop, v1 should be live, 0 of 1 healthy');
    expect(named.stdout).toContain(
      `✖ service: http://127.0.0.1:${fixture.port} does not answer: nothing listens there`,
    );
    expect(named.stdout).toContain(`✔ port ${fixture.port}: free`);
    expect(named.code).toBe(1);
  }, 60_000);
});

test('an edge with TLS is asked over TLS also where nobody says its address any more', () => {
  const edge = (tls: JsonObject | null) => ({ host: '::', port: 8443, metricsPort: 0, tls });
  const pair = { cert: 'server.crt', key: 'server.key' };
  const addressOf = (tls: JsonObject | null) =>
    listeningUrlOf(localHost.ports({ edge: edge(tls) }));
  expect(addressOf(pair)).toBe('https://127.0.0.1:8443');
  expect(addressOf(null)).toBe('http://127.0.0.1:8443');
});

/** The keeper stands still meanwhile, so that it brings nothing back. */
async function killAll(home: string): Promise<void> {
  const { pids, replicas } = (await statusOf(home)) as Status;
  process.kill(pids.keeper, 'SIGSTOP');
  for (const pid of [pids.edge, ...replicas.map((one) => one.pid), pids.keeper])
    process.kill(pid as number, 'SIGKILL');
  await expect.poll(() => statusOf(home)).toBe(null);
}
