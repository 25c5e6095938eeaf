import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify, hasOpenssl, newPair } from './edge/certificates.ts';
import { LocalFixture, until } from './fixture.ts';

describe.runIf(hasOpenssl)('a service behind HTTPS', () => {
  let fixture: LocalFixture;
  let pair: ReturnType<typeof newPair>;
  const edge = (more = {}) => ({
    replicas: 1,
    edge: { host: '127.0.0.1', port: 0, metricsPort: 0, sticky: null, ...more },
  });
  const tls = () => ({ tls: { cert: pair.cert, key: pair.key } });

  beforeEach(async () => {
    fixture = await LocalFixture.open();
    pair = newPair('first.example');
  });
  afterEach(async () => {
    await fixture.close();
    rmSync(pair.folder, { recursive: true, force: true });
  });

  const port = async () => new URL(await fixture.url()).port;

  async function ask(): Promise<{ status: number; shown: string }> {
    const options = { port: await port(), host: '127.0.0.1', rejectUnauthorized: false };
    return new Promise((resolve, reject) => {
      request({ ...options, agent: false }, (response) => {
        const { subject } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
        response
          .resume()
          .on('end', () =>
            resolve({ status: response.statusCode ?? 0, shown: String(subject.CN) }),
          );
      })
        .on('error', reject)
        .end();
    });
  }

  it('serves its first release so before it is live, and over HTTP/2', async () => {
    const release = await fixture.release('v1', edge(tls()));
    await fixture.start(release);
    await fixture.route({ [release.id]: 100 });
    expect(await ask()).toEqual({ status: 200, shown: 'first.example' });
    const session: ClientHttp2Session = connect(`https://127.0.0.1:${await port()}`, {
      rejectUnauthorized: false,
    });
    const stream = session.request({ ':path': '/' });
    const status = await new Promise((resolve, reject) => {
      stream.on('response', (headers) => resolve(headers[':status']));
      stream.on('error', reject);
    });
    session.destroy();
    expect(status).toBe(200);
  });

  it('begins and ends to be so with a release that goes live, on the same port, with no request lost', async () => {
    await fixture.serve('v1', edge());
    const before = await port();
    const { edge: pid } = (await fixture.status()).pids;
    let asked = 0;
    let failed = 0;
    let ended = false;
    const url = await fixture.url();
    const load = (async () => {
      while (!ended) {
        asked++;
        const fine = await fetch(url).then(
          (answer) => answer.text().then(() => answer.ok),
          () => false,
        );
        if (!fine) failed++;
      }
    })();
    await fixture.serve('v2', edge(tls()));
    await until('HTTPS is served', async () => (await ask().catch(() => null))?.status === 200);
    await fixture.serve('v3', edge());
    await until('it is not', async () => (await ask().catch(() => null)) === null);
    ended = true;
    await load;
    expect({ failed, port: await port() }).toEqual({ failed: 0, port: before });
    expect(asked).toBeGreaterThan(5);
    expect((await fixture.status()).pids.edge).toBe(pid);
  });

  it('shows a certificate that came later, also after its proxy was killed; a bad one is told of', async () => {
    await fixture.serve('v1', edge(tls()));
    certify(pair, 'second.example');
    await until('it is shown', async () => (await ask()).shown === 'second.example');
    process.kill((await fixture.status()).pids.edge as number, 'SIGKILL');
    await until('another serves', async () => {
      const found = await ask().catch(() => null);
      return found?.shown === 'second.example';
    });
    writeFileSync(pair.cert, 'nothing');
    await until('it is told', async () => {
      const { notes } = await fixture.provider.observe();
      return notes.some((note) => /^TLS: .*server\.crt is not a certificate/.test(note));
    });
    expect((await ask()).shown).toBe('second.example');
  });

  it('is refused before anything is written where its files cannot be used', async () => {
    const release = await fixture.release('v1', edge(tls()));
    const operation = { kind: 'start', release, capacity: 100, weights: [] } as const;
    const before = { releases: [], live: null } as never;
    const review = () => fixture.provider.review?.([operation], before);
    expect(await review()).toMatchObject({ refusals: [] });
    rmSync(pair.key);
    expect((await review())?.refusals).toEqual([
      `no HTTPS can be served: ${pair.key} cannot be read (ENOENT)`,
    ]);
    expect(fixture.files()).toEqual([]);
  });

  it('keeps its key in its file: it is in nothing that is written or told', async () => {
    await fixture.serve(
      'v1',
      edge({ ...tls(), accessLog: { file: 'access.log', format: 'json', maxSize: 1e6 } }),
    );
    await ask();
    await until('the access log', () => fixture.files().includes('access.log'));
    const key = execFileSync('sed', ['-n', '2p', pair.key]).toString().trim();
    expect(key.length).toBeGreaterThan(40);
    const found = () => {
      try {
        return execFileSync('grep', ['-rlF', key, fixture.home]).toString();
      } catch {
        return '';
      }
    };
    expect(found()).toBe('');
    const { keeper, edge: pid } = (await fixture.status()).pids;
    for (const process of [keeper, pid]) {
      const told = execFileSync('cat', [`/proc/${process}/environ`, `/proc/${process}/cmdline`]);
      expect(told.toString()).not.toContain(key);
    }
  });
});
