import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { albProvider } from '../../../providers/aws-alb/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import { s3Store } from '../../../stores/s3/kind.ts';
import { meansOf } from '../../helpers/calls.ts';

/** Writes down whose key each request is signed with, and refuses it. */
const keys = new Map<string, Set<string>>();
const server: Server = createServer((request, response) => {
  const [, asked = ''] = request.url?.split('/') ?? [];
  const key = /Credential=([A-Z]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'none';
  keys.set(asked, (keys.get(asked) ?? new Set()).add(key));
  response.statusCode = 403;
  response.end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
});
const folder = mkdtempSync(join(tmpdir(), 'deployctl-via-'));

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const profile = (name: string, key: string) =>
    `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = none\n`;
  writeFileSync(join(folder, 'credentials'), profile('ops', 'OPS') + profile('usual', 'USUAL'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const KEY = { AWS_ACCESS_KEY_ID: 'PLAIN', AWS_SECRET_ACCESS_KEY: 'none' };

let asks = 0;

function means(via: JsonObject, more: Readonly<Record<string, string>>) {
  const { port } = server.address() as AddressInfo;
  asks += 1;
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}/ask-${asks}`;
  return { ...meansOf({ AWS_ENDPOINT_URL, ...more }), via };
}

const seen = () => [...(keys.get(`ask-${asks}`) ?? [])];

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const CONNECTION = {
  listener: `${ACCOUNT}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
  rule: null,
  blue: `${ACCOUNT}:targetgroup/shop-blue/6d0ecf831eec9f09`,
  green: `${ACCOUNT}:targetgroup/shop-green/7f1ac3b2d0e94c55`,
  url: null,
  previewHeader: 'x-release',
  allowSticky: false,
  propagation: 0,
  poll: 0,
};

/** Whose credentials look. */
async function looker(via: JsonObject, env: Readonly<Record<string, string>>) {
  const provider = await albProvider.open(CONNECTION, means(via, env));
  await provider.observe().catch(() => {});
  await provider.close();
  return seen();
}

async function reader(via: JsonObject, env: Readonly<Record<string, string>>) {
  const url = new URL('s3://journals/shop?region=eu-central-1');
  const store = await s3Store.open(url, means(via, env));
  await store.get('targets').catch(() => {});
  return seen();
}

test.each([
  ['a load balancer', looker],
  ['a journal in a bucket', reader],
])(
  '%s is asked with the profile that is named, else with what the environment names',
  async (_what, ask) => {
    expect(await ask({ profile: 'ops' }, { ...KEY, AWS_PROFILE: 'usual' })).toEqual(['OPS']);
    expect(await ask({}, { ...KEY, AWS_PROFILE: 'usual' })).toEqual(['USUAL']);
    expect(await ask({}, KEY)).toEqual(['PLAIN']);
  },
);

test('they say that they take it', () => {
  expect([albProvider.via, s3Store.via]).toEqual([['profile'], ['profile']]);
});
