import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpSource } from '../../../gates/http/source.ts';
import { type HeaderSettings, reveal } from '../../../gates/kit/secrets.ts';
import { createLoadSource } from '../../../gates/load/source.ts';
import { createSmokeSource } from '../../../gates/smoke/source.ts';
import { asking, clock, readingFrom, sender, serve, to, until } from './rig.ts';

const SECRET = 'hunter2"\\ &x';
const env = { SHOP_AUTH: `Bearer ${SECRET}`, EMPTY: '', SPLIT: 'a\r\nx: 1' };
const from = { ...sender, readSecret: readingFrom(env) };
const headers: HeaderSettings = { authorization: { fromEnv: 'SHOP_AUTH' }, accept: 'a/b' };
const EXPECT = { status: null, headers: {}, body: null, json: {}, schema: null, latency: null };
const REQUEST = { path: '/', method: 'GET', headers, body: null, expect: EXPECT } as const;

/** Repeats what it was told, as services do that are being debugged. */
const echo: RequestListener = ({ headers: { authorization = '' } }, response) => {
  const coded = Buffer.from(SECRET).toString('base64');
  const body = [authorization, SECRET, encodeURIComponent(SECRET), coded, { authorization }];
  response.writeHead(500, { 'x-token': authorization }).end(JSON.stringify(body));
};

const isSilent = (said: unknown) => {
  const text = JSON.stringify(said);
  expect(text).not.toMatch(/hunter2/);
  expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
};

describe('a secret header', () => {
  it('is read from the environment or a file when the request is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gate-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'key'), 'k-1\n');
    const given: HeaderSettings = { a: { fromEnv: 'SHOP_AUTH' }, b: { fromFile: 'key' }, c: 'd' };
    const revealed = await reveal(given, { ...from, cwd: folder });
    expect(revealed.headers).toEqual({ a: env.SHOP_AUTH, b: 'k-1', c: 'd' });
    expect(revealed.hide('d k-1 k-2')).toBe('d *** k-2');
  });

  it.each<[string, HeaderSettings, RegExp]>([
    [
      'a variable that is not set',
      { a: { fromEnv: 'NONE' } },
      /^header a: the secret of NONE is missing: the variable is not set/,
    ],
    ['an empty one', { a: { fromEnv: 'EMPTY' } }, /secret of EMPTY is missing/],
    [
      'no file',
      { a: { fromFile: 'none/key' } },
      /none\/key is missing: the file cannot be read \(ENOENT\)/,
    ],
    ['two lines', { a: { fromEnv: 'SPLIT' } }, /^header a: what it refers to cannot stand in/],
  ])('that refers to %s is an error of the source, in words', async (_, given, words) => {
    const settings = { ...REQUEST, url: null, headers: given };
    const address = await serve(echo);
    const asked = asking(settings, { reach: to(address) });
    expect(await createHttpSource(from).measure(asked)).toMatchObject({
      kind: 'sourceError',
      detail: expect.stringMatching(words),
    });
  });

  it.each([
    ['body', {}],
    ['header', { status: [500], headers: { 'x-token': 'none' } }],
    ['field', { status: [500], json: { '[0]': 'none' } }],
  ])('is not shown by the http gate when the %s of the answer repeats it', async (_, expected) => {
    const settings = { ...REQUEST, url: null, expect: { ...EXPECT, ...expected } };
    const asked = asking(settings, { reach: to(await serve(echo)) });
    const measurement = await createHttpSource(from).measure(asked);
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
    expect(measurement.detail).toContain('***');
    isSilent(measurement);
  });

  it.each([null, { header: 'x-token' }])('is not shown by the smoke gate (%j)', async (said) => {
    const request = { ...REQUEST, name: 'page', timeout: 5000, capture: {}, attempts: 1, every: 0 };
    const settings = { requests: [request], versionFrom: said };
    const asked = asking(settings, { reach: to(await serve(echo)) });
    const measurement = await createSmokeSource(from).measure(asked);
    expect(measurement.detail).toContain('***');
    isSilent(measurement);
  });

  it('is sent with every request of the load', async () => {
    const seen: unknown[] = [];
    const address = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const rest = { rate: 100, concurrency: 4, maxDuration: 60_000, to: 'public' } as const;
    const asked = asking({ ...REQUEST, ...rest }, { reach: to(address) });
    const stop = await createLoadSource({ ...from, clock }).begin(asked);
    onTestFinished(stop);
    await until(() => seen.length > 2);
    expect(new Set(seen)).toEqual(new Set([env.SHOP_AUTH]));
  });
});
