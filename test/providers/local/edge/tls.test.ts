import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredentials } from '../../../../providers/local/edge/certificate.ts';
import { AS_ROOT, giveAway, isRoot } from '../../../helpers/stranger.ts';
import { certify, hasOpenssl, newPair } from './certificates.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, OK, say } from './wire.ts';

let pair: ReturnType<typeof newPair>;
let fixture: EdgeFixture;
let replica: Backend;
let trouble: (string | null)[];

beforeEach(async () => {
  if (!hasOpenssl) return;
  pair = newPair('first.example');
  trouble = [];
  replica = await answering(OK);
});

afterEach(async () => {
  if (!hasOpenssl) return;
  await fixture?.close();
  rmSync(pair.folder, { recursive: true, force: true });
});

async function open(limits = {}): Promise<void> {
  fixture = await EdgeFixture.within(limits, replica);
  fixture.server.secure({ cert: pair.cert, key: pair.key }, (words) => trouble.push(words));
}

async function greet(options = {}): Promise<TLSSocket> {
  const socket = connectTls({
    port: fixture.port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...options,
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** Whose certificate is shown to a connection made now. */
async function shown(): Promise<string> {
  const socket = await greet();
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function until(so: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; !(await so()); waited += 20) {
    if (waited > 30_000) throw new Error('it did not come to that');
    await pause(20);
  }
}

function get(headers = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { port: fixture.port, host: '127.0.0.1', rejectUnauthorized: false, headers };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

describe.runIf(hasOpenssl)('HTTPS', () => {
  it('carries HTTP/1.1, and says so to the replica', async () => {
    await open();
    expect(await get()).toEqual({ status: 200, text: 'ok' });
    expect(replica.heard.join()).toMatch(/^x-forwarded-proto: https\r$/m);
  });

  it('speaks no older TLS than 1.2', async () => {
    await open();
    await expect(
      greet({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow();
  });

  it('still answers who is on this machine without TLS, as checks of the service do', async () => {
    await open();
    const { text } = await say(fixture.port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    expect(replica.heard.join()).toMatch(/^x-forwarded-proto: http\r$/m);
  });

  it('passes nothing on that came before its certificate could be read', async () => {
    rmSync(pair.key);
    await open();
    expect(trouble.at(-1)).toMatch(/server\.key cannot be read \(ENOENT\): no HTTPS is served$/);
    await expect(greet()).rejects.toThrow();
    certify(pair);
    await until(() => trouble.at(-1) === null);
    expect((await get()).status).toBe(200);
  });

  it('shows a new certificate soon after its files change, to new connections only', async () => {
    await open();
    expect(await shown()).toBe('first.example');
    const kept = await greet();
    certify(pair, 'second.example');
    await until(async () => (await shown()) === 'second.example');
    kept.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(String((await once(kept, 'data'))[0])).toMatch(/^HTTP\/1\.1 200/);
    kept.destroy();
  });

  it('keeps the certificate before when the new files are of no use, and says why', async () => {
    await open();
    writeFileSync(pair.cert, 'no certificate');
    await until(() => /server\.crt is not a certificate.*stays in use$/.test(trouble.at(-1) ?? ''));
    expect(await shown()).toBe('first.example');
    const other = newPair('other.example');
    writeFileSync(pair.cert, execFileSync('cat', [other.cert]));
    await until(() => /is not the key of/.test(trouble.at(-1) ?? ''));
    expect(await shown()).toBe('first.example');
    writeFileSync(pair.key, execFileSync('cat', [other.key]));
    await until(async () => (await shown()) === 'other.example');
    expect(trouble.at(-1)).toBeNull();
    rmSync(other.folder, { recursive: true });
  });

  it('says nothing of the key itself', async () => {
    writeFileSync(pair.key, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
    await open();
    expect(trouble.at(-1)).toMatch(/server\.key is not a private key/);
    expect(trouble.at(-1)).not.toContain('c2VjcmV0');
  });
});

describe.runIf(hasOpenssl)('a private key', () => {
  it('that others may read is not used', async () => {
    chmodSync(pair.key, 0o644);
    expect(() => readCredentials(pair)).toThrow(
      `${pair.key} can be read by other users: chmod 600 ${pair.key}`,
    );
    fixture = await EdgeFixture.open(replica);
  });

  it('that others may write is not used', async () => {
    chmodSync(pair.key, 0o602);
    expect(() => readCredentials(pair)).toThrow(/can be written by other users/);
    fixture = await EdgeFixture.open(replica);
  });

  it.runIf(isRoot)(`of another user, or in his folder, is not used ${AS_ROOT}`, async () => {
    giveAway(pair.key);
    expect(() => readCredentials(pair)).toThrow(/belongs to another user/);
    giveAway(pair.folder);
    expect(() => readCredentials(pair)).toThrow(/belongs to another user/);
    fixture = await EdgeFixture.open(replica);
  });
});

const HELLO = Buffer.from('1603010200010001fc0303', 'hex');

describe.runIf(hasOpenssl)('an attack on the handshake', () => {
  it('by silence, or one byte, ends after the time for headers', async () => {
    await open({ head: 300 });
    for (const bytes of ['', '\x16', HELLO.toString('latin1')]) {
      const { closed, ms } = await say(fixture.port, bytes, { silence: 10_000 });
      expect(closed).toBe(true);
      expect(ms).toBeLessThan(9000);
    }
    expect((await get()).status).toBe(200);
  });

  it('by garbage, and names that are none, ends that connection alone', async () => {
    await open();
    const garbage = Buffer.concat([HELLO, Buffer.alloc(4000, 0xff)]).toString('latin1');
    expect((await say(fixture.port, garbage)).closed).toBe(true);
    for (const servername of ['a'.repeat(255), '..', 'a\u0000b', '%n%n', "x' or 1"]) {
      const socket = await greet({ servername }).catch(() => null);
      socket?.destroy();
    }
    expect((await get()).status).toBe(200);
    expect(fixture.counted).toEqual({ total: 1, failed: 0 });
  });

  it('by many that never end has no more connections than its client may', async () => {
    await open({ head: 60_000, connectionsPerClient: 20 });
    const sockets = Array.from({ length: 60 }, () =>
      connect({ port: fixture.port, host: '127.0.0.1' }).on('error', () => {}),
    );
    let ended = 0;
    for (const socket of sockets) {
      socket.resume().on('close', () => ended++);
      socket.write(HELLO);
    }
    await until(() => ended >= 40);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await get().catch(() => null))?.status === 200);
  });
});
