import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markedIn } from '../../gates/conformance/prom.ts';
import { CliFixture, memoryConfig } from '../../helpers/run-cli.ts';

/** A metrics server whose counts are the same for each release that it knows, or for whatever is asked. */
let server: Server;
let address: string;
let fixture: CliFixture;
let counts = { bad: 0, total: 0 };
/** What was counted in the window that ended at a time, where that matters. */
let then: ((at: number, query: string) => { bad: number; total: number }) | null;

beforeEach(async () => {
  fixture = new CliFixture();
  counts = { bad: 1, total: 1000 };
  then = null;
  server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const time = Number(form.get('time'));
    const result = markedIn(form.get('query') ?? '').flatMap(({ query, mark }) => {
      if (query.includes('nobody-is-called-so')) return [];
      const { bad, total } = then?.(time * 1000, query) ?? counts;
      const value = [time, String(query.includes('code=~') ? bad : total)];
      return [{ metric: { deployctl: mark }, value }];
    });
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  fixture.remove();
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
    timeout: 20s
    ${more}`;
  fixture.write('deploy.config.yaml', memoryConfig(service, gates));
}

describe('validate --gates', () => {
  test('shows what every source says of what is live', async () => {
    configure('gates-shown');
    expect((await fixture.run('validate --gates')).code).toBe(5);
    await fixture.run('deploy --release v1');
    const { code, stdout } = await fixture.run('validate --gates');
    expect(stdout).toContain('What the gates say of v1, which is live:');
    expect(stdout).toMatch(/✔ +errors +prometheus +0.1 % \(1 of 1000\)/);
    expect(code).toBe(0);
  });

  test('names the label that is missing where releases cannot be told apart', async () => {
    configure('gates-alike', { labels: '', more: 'max: 5%' });
    await fixture.run('deploy --release v1');
    const { code, stdout } = await fixture.run('validate --gates');
    expect(stdout).toContain('the same numbers come back for a release that there is not');
    expect(stdout).toContain('{{version}}');
    expect(code).toBe(2);
  });

  test('exits 5 where a source has nothing to say', async () => {
    configure('gates-silent');
    await fixture.run('deploy --release v1');
    counts = { bad: 0, total: 0 };
    const { code, stdout } = await fixture.run('validate --gates');
    expect(stdout).toMatch(/\? +errors +prometheus +no requests are counted/);
    expect(code).toBe(5);
  });
});

describe('analyze --traffic', () => {
  test('says how soon a rise would show', async () => {
    configure('rise', { more: 'compare: stable' });
    const { code, stdout } = await fixture.run('analyze --traffic 40/s --usual 0.1% --risen 1%');
    expect(stdout).toMatch(
      /errors +at 5 % of 40 req\/s a rise from 0.1 % to 1 % shows after about 7m \(837 requests\); within 10m what rises to 0\.\d+ % or more shows/,
    );
    expect(code).toBe(0);
    expect((await fixture.run('analyze --traffic much')).code).toBe(2);
  });
});

describe('analyze --deployments', () => {
  test('tells which of them the gates of today would have stopped', async () => {
    configure('backtest', { hold: '3s', more: 'max: 5%' });
    await fixture.run('deploy --release v1');
    counts = { bad: 30, total: 1000 };
    expect((await fixture.run('deploy --release v2')).code).toBe(0);
    configure('backtest', { hold: '3s', more: 'max: 1%' });
    const { code, stdout } = await fixture.run('analyze --deployments 2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/✖ .*v2 +succeeded +stopped after .* by errors: 3 %/);
    expect(stdout).toMatch(/✔ .*v1 +succeeded +not stopped/);
    expect(stdout).toContain(
      'These gates would have stopped 1 of 2 that succeeded, and 0 of 0 that were rolled back.',
    );
  }, 30_000);
});

describe('what the last releases had', () => {
  test('gives limits, and stops a release that is worse, although stable is no better', async () => {
    configure('usual', { hold: '600ms', more: 'max: 5%' });
    for (const bad of [1, 3, 2, 2, 4]) {
      counts = { bad, total: 1000 };
      const { code, stdout } = await fixture.run(`deploy --release v${bad}-${Math.random()}`);
      expect(code, stdout).toBe(0);
    }
    const { stdout } = await fixture.run('analyze --deployments 10');
    expect(stdout).toMatch(
      /errors +max: (0\.\d+|[12](\.\d+)?)% +usual 0\.2\d* % \(5 releases that succeeded\)/,
    );
    expect(stdout).toContain(
      'With them 0 of 5 that succeeded, and 0 of 0 that were rolled back would have been stopped.',
    );

    configure('usual', { hold: '600ms', more: 'compare: usual' });
    const planned = await fixture.run('plan --release v8');
    expect(planned.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Gate errors: usual is 0\.2\d* % \(5 releases, at this hour of the week\), and more than [\d.]+ % is not\./,
    );
    // Both tracks alike: what stable has is no excuse.
    counts = { bad: 80, total: 1000 };
    const { code, stdout: told } = await fixture.run('deploy --release v8');
    expect(told).toMatch(/errors: 8 % \(\d+ of \d+\) in (one window|\d windows), usual 0\.2\d* %/);
    expect(code).toBe(3);
  }, 60_000);

  test('is not known from a first one', async () => {
    configure('not-usual', { hold: '600ms', more: 'compare: usual' });
    expect((await fixture.run('deploy --release v1')).code).toBe(0);
    const { stdout } = await fixture.run('plan --release v2');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'what is usual takes 5 past releases with enough readings',
    );
    expect((await fixture.run('analyze --deployments 5')).stdout).toContain(
      'of 5 releases that are needed',
    );
  }, 30_000);
});

describe('analyze --from', () => {
  test('judges the windows that were, and says when the first of them fell', async () => {
    configure('past', { more: 'max: 5%' });
    await fixture.run('deploy --release v1');
    const now = Date.now();
    const broke = now - 20_000;
    const [from, to] = [now - 40_000, now - 10_000].map((at) => new Date(at).toISOString());
    const asked: number[] = [];
    then = (at) => {
      asked.push(at);
      return at > broke ? { bad: 300, total: 1000 } : { bad: 1, total: 1000 };
    };
    const { code, stdout } = await fixture.run(
      `analyze --from ${from} --to ${to} --html then.html`,
    );
    expect([code, stdout]).toEqual([3, expect.stringMatching(/✖ +errors +fail +30 % .*, at 20/)]);
    const fell = Date.parse(/, at (\S+)/.exec(stdout)?.[1] ?? '');
    expect(fell - broke).toBeGreaterThan(0);
    expect(fell - broke).toBeLessThanOrEqual(500);
    const times = [...new Set(asked)];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...times)).toBe(fell);
    const page = fixture.read('then.html');
    expect(page).toContain('errors says no: 30 % (300 of 1000)');
    expect(page).toContain('<svg');
  });

  test('asks about the release that was new then, beside the one that was stable', async () => {
    configure('past-deployment', { hold: '2s', more: 'compare: stable' });
    await fixture.run('deploy --release v1');
    const from = new Date().toISOString();
    await fixture.run('deploy --release v2');
    const queries = new Set<string>();
    then = (_, query) => {
      for (const [, version] of query.matchAll(/version="([^"]*)"/g)) queries.add(version ?? '');
      return { bad: 1, total: 1000 };
    };
    const { stdout } = await fixture.run(`analyze --from ${from}`);
    expect(stdout).toContain('v2, then:');
    expect([...queries].toSorted()).toEqual(['v1', 'v2']);
  }, 30_000);

  test('says what cannot be asked about the past, and refuses what is no past', async () => {
    const up = 'gates: { up: { health: { of: ready }, min: 80% } }';
    fixture.write(
      'deploy.config.yaml',
      memoryConfig('no-past', `canary: { duration: 0s, bake: 0s }\n${up}`),
    );
    await fixture.run('deploy --release v1');
    const { code, stdout } = await fixture.run('analyze --from 1h');
    expect([code, stdout]).toEqual([
      5,
      expect.stringContaining('health cannot be asked about the past'),
    ]);
    for (const line of ['--from soon', '--to 1h', '--from 1h --to 2h', '--from 2999-01-01'])
      expect([line, (await fixture.run(`analyze ${line}`)).code]).toEqual([line, 2]);
    configure('no-past', { more: 'max: 5%' });
    expect((await fixture.run('analyze --from 2d')).stderr).toContain('at most 2000');
  });
});

describe('a page', () => {
  test('of what is live has every reading', async () => {
    configure('page-live', { more: 'max: 5%' });
    const store = `--store ${join(fixture.folder, 'elsewhere')}`;
    await fixture.run(`deploy --release v1 ${store}`);
    expect((await fixture.run(`analyze --html live.html ${store}`)).code).toBe(0);
    expect(fixture.read('live.html')).toContain('All gates pass.');
    expect(fixture.read('live.html')).toContain('0.1 % (1 of 1000)');
    expect(fixture.read('live.html')).toContain(`deployctl history ${store}<`);
  });

  test('of a deployment tells what turned it round', async () => {
    configure('page-story', { hold: '3s', more: 'max: 5%' });
    await fixture.run('deploy --release v1');
    counts = { bad: 300, total: 1000 };
    expect((await fixture.run('deploy --release v2')).code).toBe(3);
    const { stdout } = await fixture.run('history --limit 1 --output json');
    const { id } = JSON.parse(stdout) as { id: string };
    expect(
      (await fixture.run(`history ${id} --html why.html --config ./deploy.config.yaml`)).code,
    ).toBe(0);
    const page = fixture.read('why.html');
    for (const told of [
      'v2 was rolled back; v1 serves again.',
      'errors: 30 %',
      'at most 5 %',
      '27.2 % to 32.9 %',
      'deployctl logs --config ./deploy.config.yaml<',
    ])
      expect(page).toContain(told);
    expect((await fixture.run('history --html why.html')).code).toBe(2);
  }, 30_000);

  test('names the gate that was found bad only by the score at the end of a step', async () => {
    configure('page-score', { hold: '3s', more: 'judge: kayenta' });
    await fixture.run('deploy --release v1');
    then = (_, query) => ({ bad: query.includes('version="v2"') ? 300 : 1, total: 1000 });
    expect((await fixture.run('deploy --release v2')).code).toBe(3);
    const { stdout } = await fixture.run('history --limit 1 --output json');
    const { id } = JSON.parse(stdout) as { id: string };
    await fixture.run(`history ${id} --html why.html`);
    const page = fixture.read('why.html');
    expect(page).toContain('<h3>✖ errors');
    expect(page).toMatch(
      /class="reason">at the end of the step: Kayenta: High.*score 0, needs 75</,
    );
  }, 30_000);
});
