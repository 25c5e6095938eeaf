import { createVerify, generateKeyPairSync } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { createTokens } from '../../../gates/google/token.ts';
import { promReply } from '../conformance/prom.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, FROM, json, queryOf, TO } from '../conformance/wire.ts';
import { clock, means, readingFrom, serve, serving } from '../kit/rig.ts';

const PATH = '/v1/projects/shop/location/global/prometheus/api/v1/query';

/** Says which token this machine has: the metadata of a virtual machine. */
const metadata = await serving((request, response) => {
  const isRight =
    request.headers['metadata-flavor'] === 'Google' &&
    request.url === '/computeMetadata/v1/instance/service-accounts/default/token';
  response.setHeader('content-type', 'application/json');
  if (!isRight) return response.writeHead(403).end('{}');
  const token = { access_token: HUSH, expires_in: 3599, token_type: 'Bearer' };
  return response.end(JSON.stringify(token));
});

afterAll(() => metadata.close());

function fault({ method, url, headers, body }: Asked): string | null {
  const form = new URLSearchParams(body);
  if (method !== 'POST' || url.pathname !== PATH) return url.pathname;
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return 'content-type';
  if (headers.authorization !== `Bearer ${HUSH}`) return 'authorization';
  return form.get('time') === String(TO / 1000) ? null : 'time';
}

conformance('google', {
  kind: async () => (await import('../../../gates/google/index.ts')).googleSource as never,
  settings: (address) => ({
    address,
    project: 'shop',
    total: queryOf('total'),
    bad: queryOf('bad'),
  }),
  env: { GCE_METADATA_HOST: new URL(metadata.address).host, HUSH },
  fault,
  good: (asked, cells) =>
    promReply(asked, cells, (at) => (at === FROM || at === 0 ? TO : at) / 1000),
  error: (status, error) => json({ status: 'error', errorType: 'bad_data', error }, status),
  cannot: ['a value twice', 'two values for one moment'],
  requests: 1,
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signal = new AbortController().signal;

it('exchanges a statement that the account has signed for a token, and keeps it', async () => {
  let asked = 0;
  const uri = await serve(async (request, response) => {
    asked++;
    const form = new URLSearchParams(await text(request));
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(publicKey, signature, 'base64url');
    const { iss, aud, scope, exp, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const isRight =
      isSigned &&
      iss === 'shop@example' &&
      aud === uri &&
      exp - iat === 3600 &&
      /read$/.test(scope);
    response.setHeader('content-type', 'application/json');
    response.writeHead(isRight ? 200 : 400);
    response.end(JSON.stringify({ access_token: `token-${asked}`, expires_in: 3600 }));
  });
  const account = {
    client_email: 'shop@example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: uri,
  };
  let now = 0;
  const read = createTokens({
    ...means,
    clock: { ...clock, monotonic: () => now },
    readSecret: readingFrom({ KEY: JSON.stringify(account) }),
  });
  const token = async () => (await read({ fromEnv: 'KEY' }, signal)).reveal();
  expect(await token()).toBe('token-1');
  now = 3_500_000;
  expect(await token()).toBe('token-1');
  now = 3_541_000;
  expect(await token()).toBe('token-2');
});

it('says nothing of a key that is none', async () => {
  for (const key of ['hush-hush', '{"client_email":"a","private_key":"hush-hush"}']) {
    const read = createTokens({ ...means, readSecret: readingFrom({ KEY: key }) });
    const failed = await read({ fromEnv: 'KEY' }, signal).catch((error: Error) => error.message);
    expect(failed).toMatch(/key/);
    expect(failed).not.toContain('hush');
  }
});
