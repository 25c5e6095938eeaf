import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { HttpSettings } from '../../../gates/http/settings.ts';
import { createHttpSource } from '../../../gates/http/source.ts';
import type { Expectation } from '../../../src/settings/http.ts';
import { asking, nowhere, sender, serve, to } from '../kit/rig.ts';

const source = createHttpSource(sender);

const NOTHING: Expectation = {
  status: null,
  headers: {},
  body: null,
  json: {},
  schema: null,
  latency: null,
};

function settings(
  of: Partial<HttpSettings> = {},
  expected: Partial<Expectation> = {},
): HttpSettings {
  const expectation = { ...NOTHING, ...expected };
  return {
    path: '/',
    url: null,
    method: 'GET',
    headers: {},
    body: null,
    expect: expectation,
    ...of,
  };
}

const replying =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

async function probe(listener: RequestListener, of: HttpSettings) {
  return source.measure(asking(of, { reach: to(await serve(listener)) }));
}

type Row = [sentence: string, RequestListener, Partial<Expectation>, yes: 0 | 1, detail: RegExp];

const shop = '{"items":[{"sku":"A1"}],"total":12,"state":"open"}';

describe('the http gate', () => {
  it.each<Row>([
    ['takes any 2xx by default', replying(204, ''), {}, 1, /^204 in \d+ ms$/],
    ['takes no 500', replying(500, 'boom'), {}, 0, /^status: expected 2xx, got 500: boom$/],
    ['follows no redirect', replying(302, '', { location: '/x' }), {}, 0, /expected 2xx, got 302/],
    ['takes a status that is listed', replying(404, ''), { status: [401, 404] }, 1, /^404/],
    [
      'takes no other status then',
      replying(200, ''),
      { status: [401, 404] },
      0,
      /expected 401 or 404, got 200/,
    ],
    [
      'finds an equal header, whatever its case',
      replying(200, '', { 'X-A': 'b' }),
      { headers: { 'x-A': 'b' } },
      1,
      /200/,
    ],
    [
      'finds a part of a header',
      replying(200, '', { 'content-type': 'text/html; charset=x' }),
      { headers: { 'content-type': '~html' } },
      1,
      /200/,
    ],
    [
      'misses a header',
      replying(200, ''),
      { headers: { 'x-a': 'b' } },
      0,
      /^header x-a: expected b, got none$/,
    ],
    ['finds a part of the body', replying(200, 'all is well'), { body: '~is well' }, 1, /200/],
    [
      'finds a pattern in the body',
      replying(200, 'build 1234'),
      { body: '/^BUILD \\d+$/i' },
      1,
      /200/,
    ],
    ['wants the body equal otherwise', replying(200, 'ok\n'), { body: 'ok' }, 1, /200/],
    [
      'says what it got instead',
      replying(200, 'not ok'),
      { body: 'ok' },
      0,
      /^body: expected ok: not ok$/,
    ],
    [
      'finds JSON by path',
      replying(200, shop),
      { json: { 'items[0].sku': 'A1', 'length(items)': 1 } },
      1,
      /200/,
    ],
    [
      'knows ranges and patterns in JSON',
      replying(200, shop),
      { json: { total: { min: 1, max: 20 }, state: '~op' } },
      1,
      /200/,
    ],
    [
      'compares whole JSON values',
      replying(200, shop),
      { json: { items: [{ sku: 'A1' }] } },
      1,
      /200/,
    ],
    [
      'says which JSON is wrong',
      replying(200, shop),
      { json: { total: { max: 5 } } },
      0,
      /^json total: expected \{"max":5\}, got 12/,
    ],
    [
      'takes a path that does not fit as nothing',
      replying(200, '{}'),
      { json: { 'length(items)': 1 } },
      0,
      /got null/,
    ],
    [
      'takes no HTML for JSON',
      replying(200, '<p>'),
      { json: { a: 1 } },
      0,
      /^body: expected JSON: <p>$/,
    ],
    [
      'takes no slow answer',
      (_, r) => setTimeout(() => r.end('ok'), 40),
      { latency: 20 },
      0,
      /^latency: expected at most 20 ms, took \d+ ms$/,
    ],
  ])('%s', async (_, listener, expected, value, detail) => {
    const measurement = await probe(listener, settings({}, expected));
    expect(measurement.detail).toMatch(detail);
    expect(measurement).toMatchObject({
      kind: 'ok',
      unit: 'yesNo',
      candidate: { value, samples: 1, bad: 1 - value, total: 1 },
    });
  });

  it('sends what it is told to send', async () => {
    const echo: RequestListener = async (request, response) => {
      const body = await text(request);
      response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body}`);
    };
    const asked = settings(
      { method: 'POST', path: '/a?b=c', headers: { 'x-a': '1' }, body: 'hi' },
      { body: 'POST /a?b=c 1 hi' },
    );
    expect((await probe(echo, asked)).candidate?.value).toBe(1);
  });

  it('uses a connection once', async () => {
    const connections = new Set<unknown>();
    const address = await serve((request, response) => {
      connections.add(request.socket);
      response.end(String(request.headers.connection));
    });
    for (let i = 0; i < 3; i++) {
      const asked = asking(settings({}, { body: 'close' }), { reach: to(address) });
      expect((await source.measure(asked)).candidate?.value).toBe(1);
    }
    expect(connections.size).toBe(3);
  });

  it('asks a whole URL instead of the subject', async () => {
    const address = await serve(replying(200, 'elsewhere'));
    const asked = settings({ path: null, url: `${address}/x` }, { body: 'elsewhere' });
    expect((await source.measure(asking(asked))).candidate?.value).toBe(1);
  });

  it('stays on the host of its address whatever the path says', async () => {
    const address = await serve((request, response) => response.end(request.url));
    for (const path of ['//evil.example/x', '@evil.example', '/\\evil.example']) {
      const measurement = await source.measure(asking(settings({ path }), { reach: to(address) }));
      expect(measurement.candidate?.value).toBe(1);
    }
  });

  it('reads 256 KiB and no more, and repeats little of it', async () => {
    const flood: RequestListener = (_, response) => {
      const write = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    };
    const measurement = await probe(flood, settings({}, { body: '~never' }));
    expect(measurement.candidate?.value).toBe(0);
    expect(measurement.detail).toMatch(/cut at 256 KiB/);
    expect(measurement.detail.length).toBeLessThan(400);
  });

  it('lets no control character of an answer through', async () => {
    const measurement = await probe(replying(500, '\u001b[2J\u0007gone\r\nnext'), settings());
    expect(measurement.detail).toContain('\\u{1b}[2J\\u{7}gone next');
  });
});

describe('the http gate, without an answer', () => {
  it('takes a refused connection as a no: the release is what it asks', async () => {
    const measurement = await source.measure(asking(settings(), { reach: to(await nowhere()) }));
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
    expect(measurement.detail).toMatch(/ECONNREFUSED/);
  });

  it('takes a connection that is cut as a no', async () => {
    const measurement = await probe((request) => request.socket.destroy(), settings());
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
  });

  it('takes an answer that is cut as a no', async () => {
    const half: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await probe(half, settings())).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
  });

  it('takes silence until the deadline as a no', async () => {
    const address = await serve(() => {});
    const asked = asking(settings(), { reach: to(address), signal: AbortSignal.timeout(50) });
    const measurement = await source.measure(asked);
    expect(measurement).toMatchObject({
      kind: 'ok',
      candidate: { value: 0 },
      detail: 'no answer in time',
    });
  });

  it.each<[string, Partial<HttpSettings>, Partial<Expectation>, string | null, RegExp]>([
    [
      'a name that does not resolve',
      { url: 'http://no-such-host.invalid/' },
      {},
      null,
      /no-such-host/,
    ],
    ['no address', {}, {}, null, /^v42 alone cannot be reached from here$/],
    ['a scheme that is not HTTP', { url: 'file:///etc/passwd' }, {}, null, /./],
    ['an expectation that is no JMESPath', {}, { json: { 'a[': 1 } }, 'here', /./],
    ['an expectation that is no pattern', {}, { body: '/(/' }, 'here', /./],
    ['a pattern without an end', {}, { body: '/^([^!]+)+\\1$/' }, 'here', /found no end/],
  ])('takes %s as an error of its own', async (_, of, expected, where, detail) => {
    const address = where && (await serve(replying(200, `{"a":"${'a'.repeat(60)}!"}`)));
    const measurement = await source.measure(
      asking(settings(of, expected), { reach: to(address) }),
    );
    expect(measurement).toMatchObject({ kind: 'sourceError', candidate: null });
    expect(measurement.detail).toMatch(detail);
  });
});
