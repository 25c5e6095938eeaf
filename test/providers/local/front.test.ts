import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify, hasOpenssl, newPair } from './edge/certificates.ts';
import { LocalFixture, until } from './fixture.ts';

let fixture: LocalFixture;
beforeEach(async () => {
  fixture = await LocalFixture.open();
});
afterEach(() => fixture.close());

const front = (more = {}) => ({
  replicas: 1,
  edge: { host: '127.0.0.1', port: 0, metricsPort: 0, sticky: null, ...more },
});

interface Answered {
  readonly status: number;
  readonly connection: string | undefined;
}

async function ask(headers: Record<string, string> = {}, path = '/'): Promise<Answered> {
  const port = new URL(await fixture.url()).port;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      const { connection } = response.headers;
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, connection }));
    })
      .on('error', reject)
      .end();
  });
}

describe('the front of a service, as its config says', () => {
  it('has its limits while that release is live, and those of before again after it', async () => {
    const large = { 'x-large': 'x'.repeat(4000), connection: 'keep-alive' };
    await fixture.serve('v1', front());
    expect(await ask(large)).toMatchObject({ status: 200, connection: 'keep-alive' });
    await fixture.serve('v2', front({ limits: { headers: 2048, requestsPerConnection: 1 } }));
    await until('its limits hold', async () => (await ask(large)).status === 431);
    expect(await ask({ connection: 'keep-alive' })).toEqual({ status: 200, connection: 'close' });
    await fixture.serve('v3', front());
    await until('they have gone', async () => (await ask(large)).status === 200);
    expect((await ask(large)).connection).toBe('keep-alive');
  });

  it.each([
    ['combined', '"GET /told?a=1 HTTP/1.1" 200'],
    ['json', '"/told?a=1"'],
  ])('writes its access log to stdout: the log of the proxy (%s)', async (format, line) => {
    await fixture.serve('v1', front({ accessLog: { file: 'stdout', format, maxSize: 1e6 } }));
    await until('it is told', async () => {
      await ask({}, '/told?a=1');
      return fixture.log('edge').includes(line);
    });
    expect(fixture.files()).not.toContain('stdout');
    expect(fixture.files()).not.toContain('access.log');
  });

  it.runIf(hasOpenssl)(
    'says the address that users type, and asks itself without TLS',
    async () => {
      const pair = certify(newPair('shop.example'));
      await fixture.serve('v1', front());
      const plain = await fixture.url();
      expect(plain).toMatch(/^http:/);
      await fixture.serve('v2', front({ tls: pair }));
      expect(await fixture.url()).toBe(plain.replace('http:', 'https:'));
      const reach = await fixture.provider.access?.reach(null, new AbortController().signal);
      expect(reach?.url).toBe(plain);
      rmSync(pair.cert);
      rmSync(pair.key);
    },
  );
});
