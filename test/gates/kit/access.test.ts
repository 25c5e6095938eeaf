import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { hasOpenssl, newPair, type Pair } from '../../providers/local/edge/certificates.ts';
import { asking, readingFrom, sender, serve } from '../kit/rig.ts';

const counted = { status: 'success', data: { resultType: 'vector', result: [] } };
const queries = { query: 'up{v="{{version}}"}', unit: 'count' };
const env = { KEY: '', PASSWORD: 'hush-123456' };

const ask = async (more: object, variables: Readonly<Record<string, string>> = env) =>
  createPrometheusSource({ ...sender, readSecret: readingFrom(variables), env: AWS }).measure(
    asking(settings.parse({ ...queries, ...more })),
  );
const AWS = { AWS_ACCESS_KEY_ID: 'SHOP', AWS_SECRET_ACCESS_KEY: 'none' };

describe.skipIf(!hasOpenssl)('a server that wants a certificate', () => {
  let server: Pair;
  let ours: Pair;
  let address: string;
  const https = () =>
    createServer(
      {
        cert: readFileSync(server.cert),
        key: readFileSync(server.key),
        ca: readFileSync(ours.cert),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        const { authorized } = request.socket as TLSSocket;
        response.setHeader('content-type', 'application/json');
        response.writeHead(authorized ? 200 : 403).end(JSON.stringify(counted));
      },
    );
  let running: ReturnType<typeof https>;

  beforeAll(async () => {
    server = newPair('thanos');
    ours = newPair('shop');
    running = https();
    await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
    address = `https://127.0.0.1:${(running.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => running.close(resolve)));

  const tls = () => ({ ca: server.cert, serverName: 'thanos' });

  it('is shown ours, and its own has the name that is said', async () => {
    const own = { ...tls(), cert: ours.cert, key: { fromFile: ours.key } };
    expect(await ask({ address, tls: own })).toMatchObject({ kind: 'noData' });
    expect(await ask({ address, tls: tls() })).toMatchObject({
      kind: 'sourceError',
      permanent: true,
      detail: expect.stringMatching(/403/),
    });
  });

  it.each([
    ['nobody trusts it', () => ({ serverName: 'thanos' }), /self.signed/],
    ['its name is another', () => ({ ...tls(), serverName: 'mimir' }), /altnames|mimir/],
    ['the file is missing', () => ({ ca: 'nowhere.pem' }), /nowhere\.pem cannot be read/],
  ])('is not asked where %s', async (_, wrong, words) => {
    const measurement = await ask({ address, tls: wrong() });
    expect(measurement).toMatchObject({ kind: 'sourceError' });
    expect(measurement.detail).toMatch(words);
  });

  it('is told nothing by a key that is none, and nobody is told of the key', async () => {
    const broken = { ...tls(), cert: ours.cert, key: { fromEnv: 'PASSWORD' } };
    const measurement = await ask({ address, tls: broken });
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).not.toContain('hush');
  });
});

it('signs the questions to the managed service of AWS', async () => {
  const seen: unknown[] = [];
  const address = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(counted));
  });
  const sigv4 = { region: 'eu-central-1' };
  expect(await ask({ address, sigv4 })).toMatchObject({ kind: 'noData' });
  expect(seen[0]).toMatch(
    /^AWS4-HMAC-SHA256 Credential=SHOP\/\d{8}\/eu-central-1\/aps\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
});

it.each([
  ['a secret that is written out', { auth: { bearer: 'abcdef' } }],
  ['a password that is written out', { auth: { basic: { user: 'a', password: 'abcdef' } } }],
  ['two ways at once', { auth: { bearer: { fromEnv: 'A' } }, sigv4: {} }],
  ['no way', { auth: {} }],
  ['half a certificate', { tls: { cert: 'a.pem' } }],
])('refuses %s, and repeats nothing of it', (_, more) => {
  const read = settings.safeParse({ address: 'http://x', ...queries, ...more });
  expect(read.success).toBe(false);
  expect(JSON.stringify(read.error?.issues)).not.toContain('abcdef');
});
