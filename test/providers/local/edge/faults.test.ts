import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, OK, say, statusesOf } from './wire.ts';

let fixture: EdgeFixture;
let replica: Backend;

beforeEach(async () => {
  replica = await answering(OK);
  fixture = await EdgeFixture.open(replica);
});
afterEach(() => fixture.close());

/** What only a client can have done wrong, and the answer it gets. */
const FAULTS: readonly (readonly [number, string])[] = [
  [400, 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET * HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET ftp://x/ HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET http:///x HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET http://user:word@a/ HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET /a#b HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET a/b HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a b<>/\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a/b\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a@b\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a:b\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: [::1\r\n\r\n'],
  [400, 'POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  [501, 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  [501, 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: identity, chunked\r\n\r\n0\r\n\r\n'],
  [505, 'GET / HTTP/2.0\r\nhost: a\r\n\r\n'],
  [505, 'GET / HTTP/1.2\r\nhost: a\r\n\r\n'],
  [405, 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n'],
  [431, `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
];

describe('what the client did wrong', () => {
  it.each(
    FAULTS.map(([status, bytes]) => ({ status, bytes, start: JSON.stringify(bytes.slice(0, 70)) })),
  )('is answered with $status, and reaches no replica: $start', async ({ status, bytes }) => {
    const { text, closed } = await say(fixture.port, bytes);
    expect(statusesOf(text)).toEqual([status]);
    expect(closed).toBe(true);
    expect(replica.heard.join('')).toBe('');
  });

  it('counts against no release, and is counted by its status', async () => {
    for (const [, bytes] of FAULTS) await say(fixture.port, bytes);
    expect(fixture.counted).toEqual({ total: 0, failed: 0 });
    const expected: Record<string, number> = {};
    for (const [status] of FAULTS) expected[status] = (expected[status] ?? 0) + 1;
    expect(Object.fromEntries(fixture.tallies.refused)).toEqual(expected);
  });

  it.each([
    'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: a-b_c.example:8080\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n',
    'GET /?a=b&c=%20 HTTP/1.1\r\nHOST: a\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n',
  ])('is not mistaken: %j is passed on', async (bytes) => {
    expect(statusesOf((await say(fixture.port, bytes)).text)).toEqual([200]);
    expect(fixture.counted).toEqual({ total: 1, failed: 0 });
  });

  it('is not a host other than the one in an absolute address, which wins', async () => {
    await say(fixture.port, 'GET http://real.example/x?y HTTP/1.1\r\nhost: other\r\n\r\n');
    const heard = replica.heard.join('');
    expect(heard).toMatch(/^GET \/x\?y HTTP\/1\.1\r\nhost: real\.example\r\n/);
    expect(heard).toContain('x-forwarded-host: real.example\r\n');
    expect(heard).not.toContain('other');
  });
});
