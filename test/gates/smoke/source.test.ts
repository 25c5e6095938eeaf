// biome-ignore-all lint/suspicious/noTemplateCurlyInString: captures are written like that
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type SmokeRequest, settings, type VersionFrom } from '../../../gates/smoke/settings.ts';
import { createSmokeSource } from '../../../gates/smoke/source.ts';
import type { Expectation } from '../../../src/settings/http.ts';
import { asking, nowhere, sender, serve, to, until } from '../kit/rig.ts';

const source = createSmokeSource(sender);

type Asked = Omit<Partial<SmokeRequest>, 'expect'> & { expect?: Partial<Expectation> };

function request(of: Asked = {}): SmokeRequest {
  const expected = {
    status: null,
    headers: {},
    body: null,
    json: {},
    schema: null,
    latency: null,
    ...of.expect,
  };
  const plain = {
    name: 'page',
    method: 'GET' as const,
    path: '/',
    headers: {},
    body: null,
    timeout: 5000,
    attempts: 1,
    every: 0,
  };
  return { ...plain, capture: {}, ...of, expect: expected };
}

interface Seen {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers by method and path, and remembers what was asked. */
async function shop(
  answers: Record<string, [status: number, body: string, headers?: Record<string, string>]>,
) {
  const seen: Seen[] = [];
  const listener: RequestListener = async (asked, response) => {
    const line = `${asked.method} ${asked.url}`;
    const body = await readText(asked);
    seen.push({ line, headers: asked.headers, body });
    const [status, text, headers] = answers[line] ?? [404, 'no such page'];
    response.writeHead(status, headers).end(text);
  };
  return { address: await serve(listener), seen };
}

const smoke = (
  address: string | null,
  requests: SmokeRequest[],
  versionFrom: VersionFrom | null = null,
) => source.measure(asking({ requests, versionFrom }, { reach: to(address) }));

describe('the smoke gate', () => {
  it('asks one request after the other', async () => {
    const { address, seen } = await shop({ 'GET /a': [200, 'a'], 'GET /b': [201, 'b'] });
    const measurement = await smoke(address, [
      request({ path: '/a', expect: { body: 'a' } }),
      request({ path: '/b', expect: { status: [201] } }),
    ]);
    expect(measurement).toMatchObject({
      kind: 'ok',
      candidate: { value: 1, bad: 0, total: 2 },
      detail: '2 requests as expected',
    });
    expect(seen.map(({ line }) => line)).toEqual(['GET /a', 'GET /b']);
  });

  it('ends with the first that fails, and names it', async () => {
    const { address, seen } = await shop({ 'GET /a': [500, '{"error": "no stock"}'] });
    const measurement = await smoke(address, [request({ name: 'cart', path: '/a' }), request()]);
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0, bad: 1, total: 1 } });
    expect(measurement.detail).toBe('cart: status: expected 2xx, got 500: {"error": "no stock"}');
    expect(seen).toHaveLength(1);
  });

  it('uses what it captured in later paths, headers and bodies', async () => {
    const { address, seen } = await shop({
      'POST /cart': [201, '{"id":"a/b \\"c\\"","items":[{"sku":7}]}'],
      'PUT /cart/a%2Fb%20%22c%22': [200, 'saved'],
    });
    const capture = { cart: 'id', sku: 'items[0].sku' };
    const json = { 'content-type': 'application/json' };
    const body = '{"cart":"${cart}","sku":${sku}}';
    const measurement = await smoke(address, [
      request({ method: 'POST', path: '/cart', body: 'new', capture }),
      request({ method: 'PUT', path: '/cart/${cart}', headers: json, body }),
    ]);
    expect(measurement.candidate?.value).toBe(1);
    expect(seen.map((one) => one.body)).toEqual(['new', '{"cart":"a/b \\"c\\"","sku":7}']);
  });

  it('fails when there is nothing to capture', async () => {
    const { address } = await shop({ 'GET /': [200, '{}'] });
    const measurement = await smoke(address, [request({ capture: { cart: 'id' } })]);
    expect(measurement).toMatchObject({
      candidate: { value: 0 },
      detail: 'page: nothing at id to capture as cart',
    });
  });

  it('takes the use of what nobody captured as an error of its own', async () => {
    const measurement = await smoke(await nowhere(), [request({ path: '/${cart}' })]);
    expect(measurement).toMatchObject({
      kind: 'sourceError',
      detail: 'page: nothing was captured as cart before',
    });
  });

  it('lets nothing that was captured lead it to another host', async () => {
    const { address, seen } = await shop({ 'GET /': [200, '{"next":"//evil.example/"}'] });
    await smoke(address, [request({ capture: { next: 'next' } }), request({ path: '${next}' })]);
    expect(seen[1]?.line).toBe('GET /%2F%2Fevil.example%2F');
  });

  it('takes silence beyond the time of a request as a no', async () => {
    const address = await serve(() => {});
    const measurement = await smoke(address, [request({ timeout: 50 })]);
    expect(measurement).toMatchObject({
      kind: 'ok',
      candidate: { value: 0 },
      detail: 'page: no answer in time',
    });
  });

  it.each([
    ['without an address', null, [request()], /cannot be reached/],
    ['without a request', 'http://127.0.0.1:1', [], /no requests/],
  ])('is never a yes %s', async (_, address, requests, detail) => {
    const measurement = await smoke(address, requests);
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).toMatch(detail);
  });
});

describe('the version of who answers', () => {
  const header: VersionFrom = { header: 'X-Version' };
  const json: VersionFrom = { json: 'version' };

  it.each<[string, VersionFrom, Record<string, string>, string, string]>([
    ['proven by a header', header, { 'x-version': 'v42' }, 'ok', 'ok'],
    ['proven by the id of the release', header, { 'x-version': 'v42-abc' }, 'ok', 'ok'],
    ['another by a header', header, { 'x-version': 'v41' }, '', 'wrongVersion'],
    ['not told by a header', header, {}, 'ok', 'partial'],
    ['proven by a field', json, {}, '{"version":"v42"}', 'ok'],
    ['another by a field', json, {}, '{"version":"v41"}', 'wrongVersion'],
    ['not told by a field', json, {}, '{}', 'partial'],
  ])('%s', async (_, versionFrom, headers, body, kind) => {
    const { address } = await shop({ 'GET /': [200, body, headers] });
    expect((await smoke(address, [request()], versionFrom)).kind).toBe(kind);
  });

  it('is looked at before a failure: that of another version is not ours', async () => {
    const { address } = await shop({ 'GET /': [500, '', { 'x-version': 'v41' }] });
    const measurement = await smoke(address, [request()], header);
    expect(measurement).toMatchObject({
      kind: 'wrongVersion',
      detail: 'page: answered by v41, not v42',
    });
  });

  it('need not be told by an answer that fails', async () => {
    const { address } = await shop({ 'GET /': [500, ''] });
    expect(await smoke(address, [request()], header)).toMatchObject({
      kind: 'ok',
      candidate: { value: 0 },
    });
  });

  it('is told by every answer when it is a header, by one document otherwise', async () => {
    const { address } = await shop({
      'GET /': [200, '{"version":"v42"}', { 'x-version': 'v42' }],
      'GET /plain': [200, 'plain'],
    });
    const requests = [request(), request({ path: '/plain' })];
    expect((await smoke(address, requests, json)).kind).toBe('ok');
    expect((await smoke(address, requests, header)).kind).toBe('partial');
  });
});

describe('an answer that must fit a schema', () => {
  const schema = {
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', minItems: 1, items: { type: 'object', required: ['sku'] } },
    },
  };
  const page = request({ expect: { schema } });

  it.each([
    ['{"items":[{"sku":"A1"}]}', null],
    [
      '{"items":[{"sku":"A1"},{"id":7}]}',
      /^page: schema: items\.1: must have required property 'sku': \{"items"/,
    ],
    ['{"items":[]}', /^page: schema: items: /],
    ['[]', /^page: schema: the whole: /],
    ['<html>', /^page: body: expected JSON/],
  ])('%s', async (body, fault) => {
    const { address } = await shop({ 'GET /': [200, body] });
    const { candidate, detail } = await smoke(address, [page]);
    expect(candidate?.value, detail).toBe(fault === null ? 1 : 0);
    if (fault) expect(detail).toMatch(fault);
  });

  it.each([
    ['no schema at all', { type: 'shoe' }],
    ['a pattern, whose time nobody bounds', { type: 'string', pattern: '^(a+)+$' }],
    ['one deeper down', { properties: { pattern: { items: { pattern: 'x' } } } }],
  ])('is refused with the config where it is %s', (_, wrong) => {
    const asked = { requests: [{ expect: { schema: wrong } }] };
    expect(settings.safeParse(asked).success).toBe(false);
  });

  it('may have a property that is called pattern', () => {
    const named = { type: 'object', properties: { pattern: { enum: [{ pattern: 'x' }] } } };
    const asked = { requests: [{ expect: { schema: named } }] };
    expect(settings.safeParse(asked).error).toBeUndefined();
  });
});

describe('a request that may be tried again', () => {
  const failing = async (times: number) => {
    let asked = 0;
    const address = await serve((_, response) => {
      asked++;
      response.writeHead(asked <= times ? 503 : 200).end('ok');
    });
    return { address, asked: () => asked };
  };
  const again = request({ attempts: 3, every: 5 });

  it('is tried until the answer is as expected', async () => {
    const { address, asked } = await failing(2);
    expect(await smoke(address, [again])).toMatchObject({ candidate: { value: 1 } });
    expect(asked()).toBe(3);
  });

  it('is tried no more often than is allowed, and that is told', async () => {
    const { address, asked } = await failing(9);
    const { candidate, detail } = await smoke(address, [again]);
    expect([candidate?.value, asked()]).toEqual([0, 3]);
    expect(detail).toMatch(/status: expected 2xx, got 503.* \(3 attempts\)$/);
  });

  it('is tried once where nothing is said', async () => {
    const { address, asked } = await failing(1);
    const { requests } = settings.parse({ requests: [{}] });
    expect(await smoke(address, requests)).toMatchObject({ candidate: { value: 0 } });
    expect(asked()).toBe(1);
  });

  it('is given up when nobody wants to know any more', async () => {
    const { address, asked } = await failing(9);
    const stop = new AbortController();
    const patient = request({ attempts: 3, every: 60_000 });
    const asked_ = asking({ requests: [patient], versionFrom: null }, { reach: to(address) });
    const answer = source.measure({ ...asked_, signal: stop.signal });
    await until(() => asked() === 1);
    stop.abort();
    expect((await answer).candidate?.value ?? 0).toBe(0);
    expect(asked()).toBe(1);
  });
});
