import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Desk, memoryConfig } from '../../helpers/run-cli.ts';

/** A metrics server whose counts are the same for each release that it knows, or for whatever is asked. */
let server: Server;
let address: string;
let desk: Desk;
let counts = { bad: 0, total: 0 };

beforeEach(async () => {
  desk = new Desk();
  counts = { bad: 1, total: 1000 };
  server = createServer(async (request, response) => {
    const query = new URLSearchParams(await text(request)).get('query') ?? '';
    const isKnown = !query.includes('nobody-is-called-so');
    const value = query.includes('code=~') ? counts.bad : counts.total;
    const result = isKnown ? [{ metric: {}, value: [0, String(value)] }] : [];
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  desk.remove();
  server.close();
  server.closeAllConnections();
});

const matcher = 'version="{{version}}"';
function configure(
  service: string,
  { labels = matcher, more = 'compare: stable', hold = '0s' } = {},
) {
  const gates = `\
release: v0
canary: { duration: ${hold}, bake: 0s, stages: [10%, 100%]${hold === '0s' ? '' : ', watch: [errors]'} }
gates:
  errors:
    prometheus:
      address: ${address}
      total: 'requests_total{${labels}}'
      bad: 'requests_total{${labels ? `${labels},` : ''}code=~"5.."}'
      delay: 0s
    interval: 500ms
    ${more}`;
  desk.write('deploy.config.yaml', memoryConfig(service, gates));
}

describe('validate --gates', () => {
  test('shows what every source says of what is live', async () => {
    configure('gates-shown');
    expect((await desk.run('validate --gates')).code).toBe(5);
    await desk.run('deploy --release v1');
    const { code, stdout } = await desk.run('validate --gates');
    expect(stdout).toContain('What the gates say of v1, which is live:');
    expect(stdout).toMatch(/✔ +errors +prometheus +0.1 % \(1 of 1000\)/);
    expect(code).toBe(0);
  });

  test('names the label that is missing where releases cannot be told apart', async () => {
    configure('gates-alike', { labels: '' });
    await desk.run('deploy --release v1');
    const { code, stdout } = await desk.run('validate --gates');
    expect(stdout).toContain('the same numbers come back for a release that there is not');
    expect(stdout).toContain('{{version}}');
    expect(code).toBe(2);
  });

  test('exits 5 where a source has nothing to say', async () => {
    configure('gates-silent');
    await desk.run('deploy --release v1');
    counts = { bad: 0, total: 0 };
    const { code, stdout } = await desk.run('validate --gates');
    expect(stdout).toMatch(/\? +errors +prometheus +no requests are counted/);
    expect(code).toBe(5);
  });
});

describe('analyze --traffic', () => {
  test('says how soon a rise would show', async () => {
    configure('rise', { more: 'compare: stable' });
    const { code, stdout } = await desk.run('analyze --traffic 40/s --usual 0.1% --risen 1%');
    expect(stdout).toMatch(
      /errors +at 5 % of 40 req\/s a rise from 0.1 % to 1 % shows after about 7m \(837 requests\); within 10m what rises to 0\.\d+ % or more shows/,
    );
    expect(code).toBe(0);
    expect((await desk.run('analyze --traffic much')).code).toBe(2);
  });
});

describe('analyze --deployments', () => {
  test('tells which of them the gates of today would have stopped', async () => {
    configure('backtest', { hold: '3s', more: 'max: 5%' });
    await desk.run('deploy --release v1');
    counts = { bad: 30, total: 1000 };
    expect((await desk.run('deploy --release v2')).code).toBe(0);
    configure('backtest', { hold: '3s', more: 'max: 1%' });
    const { code, stdout } = await desk.run('analyze --deployments 2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/✖ .*v2 +succeeded +stopped after .* by errors: 3 %/);
    expect(stdout).toMatch(/✔ .*v1 +succeeded +not stopped/);
    expect(stdout).toContain(
      'These gates would have stopped 1 of 2 that succeeded, and 0 of 0 that were rolled back.',
    );
  }, 30_000);
});
