import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadToolSource } from '../../../gates/loadtool/index.ts';
import type { LoadToolSettings } from '../../../gates/loadtool/settings.ts';
import { asking, means, serve, to, until } from '../kit/rig.ts';

const AB = '/usr/bin/ab';
const RECORDED = join(import.meta.dirname, 'recorded');

const settings = (of: Partial<LoadToolSettings>): LoadToolSettings => ({
  tool: 'ab',
  run: ['true'],
  measure: 'errors',
  summary: null,
  to: 'candidate',
  sendsHeaders: false,
  timeout: 60_000,
  ...of,
});

async function measure(of: Partial<LoadToolSettings>, reach = to('http://127.0.0.1:1/')) {
  return (await loadToolSource.open(means)).measure(asking(settings(of), { reach }));
}

describe('a load tool', () => {
  test.skipIf(!existsSync(AB))('really asks, and its summary is read', async () => {
    let asked = 0;
    const address = await serve((request, response) => {
      asked++;
      response.statusCode = asked % 10 === 0 ? 503 : 200;
      response.end('x'.repeat(asked % 7));
      expect(request.url).toBe('/cart');
    });
    const run = [AB, '-q', '-n', '100', '-c', '4', '{{address}}/cart'];
    expect(await measure({ run }, to(address))).toMatchObject({
      kind: 'ok',
      unit: 'ratio',
      candidate: { value: 0.1, samples: 100, bad: 10, total: 100 },
    });
    expect(asked).toBe(100);
    const slow = await measure({ run, measure: 'p95' }, to(address));
    expect(slow).toMatchObject({ kind: 'ok', unit: 'ms', candidate: { samples: 100 } });
  });

  test('writes its summary to a file, and one of an earlier run is not taken for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loadtool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const summary = join(folder, 'summary.json');
    const writes = ['cp', `${RECORDED}/vegeta.json`, summary];
    const found = await measure({ tool: 'vegeta', run: writes, summary });
    expect(found).toMatchObject({ kind: 'ok', candidate: { value: 0.09, bad: 9, total: 100 } });
    expect(found.detail).toBe('vegeta: 9 of 100 requests failed, p99 192 ms');
    const nothing = await measure({ tool: 'vegeta', run: ['true'], summary });
    expect(nothing).toMatchObject({ kind: 'sourceError', detail: 'vegeta left no summary' });
  });

  test.each([
    ['says no share', { run: ['echo', 'hello'] }, 'cannot be read'],
    ['writes nothing', { run: ['true'] }, 'left no summary'],
    ['fails', { run: ['sh', '-c', 'echo nobody there; exit 22'] }, 'exit 22: nobody there'],
    [
      'crosses its own limits',
      { tool: 'k6', run: ['sh', '-c', 'exit 99'] },
      'limits of the script',
    ],
    [
      'tells no p99',
      {
        tool: 'vegeta',
        measure: 'p99',
        run: ['echo', JSON.stringify({ latencies: {}, requests: 2, status_codes: { 200: 2 } })],
      },
      'has no p99',
    ],
  ] as const)('that %s is never a pass', async (_what, of, words) => {
    const found = await measure({ ...of, run: [...of.run] });
    expect(found.kind).toBe('sourceError');
    expect(found.detail).toContain(words);
  });

  test('that sent nothing knows nothing', async () => {
    const none = JSON.stringify({ latencies: {}, requests: 0, status_codes: {} });
    expect((await measure({ tool: 'vegeta', run: ['echo', none] })).kind).toBe('noData');
  });

  test('is not run where the candidate is reached by a header that it does not send', async () => {
    const reach = async () => ({ url: 'http://127.0.0.1:1', headers: { 'x-canary': 'v42' } });
    const found = await measure({ run: ['false'] }, reach);
    expect(found).toMatchObject({ kind: 'sourceError', permanent: true });
    expect(found.detail).toContain('x-canary');
  });

  test('sends the headers by which the candidate is reached where it says so', async () => {
    const reach = async () => ({ url: 'http://127.0.0.1:1', headers: { 'x-canary': 'v42' } });
    const sends = 'test "$DEPLOYCTL_HEADERS" = "x-canary: v42" && cat "$1"';
    const run = ['sh', '-c', sends, 'sh', join(RECORDED, 'vegeta.json')];
    const found = await measure({ tool: 'vegeta', run, sendsHeaders: true }, reach);
    expect(found).toMatchObject({ kind: 'ok', candidate: { total: 100 } });
  });

  test('ends with all that it started', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loadtool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'pid');
    const stop = new AbortController();
    const run = ['sh', '-c', `sleep 300 & echo $! > ${file}; wait`];
    const source = await loadToolSource.open(means);
    const reach = to('http://127.0.0.1:1');
    const answer = source.measure(asking(settings({ run }), { reach, signal: stop.signal }));
    await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
    stop.abort(new DOMException('late', 'TimeoutError'));
    expect((await answer).kind).toBe('timeout');
    const pid = Number(readFileSync(file, 'utf8'));
    await until(() => !isAlive(pid));
  });
});

/** One that is dead and not yet reaped is no longer there. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
