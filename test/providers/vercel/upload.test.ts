import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../../../providers/vercel/client/api.ts';
import { Secret } from '../../../src/contract/index.ts';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let api: Api;
beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new Api({ base, token: new Secret('x'), team: 'acme', shared: 0, now: () => 0 });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const PART = Buffer.alloc(64 * 1024, 'a');

/** So many parts, each in the same memory, as files are read; says when nobody wants more. */
function content(count: number, size = count * PART.length) {
  const seen = { given: 0, ended: false };
  function* parts() {
    try {
      for (; seen.given < count; seen.given++) yield PART.fill(String(seen.given % 10));
    } finally {
      seen.ended = true;
    }
  }
  return { size, parts: parts(), seen };
}

const upload = (sent: ReturnType<typeof content>, signal = new AbortController().signal) =>
  api.upload('/v2/files', sent, { headers: { 'x-vercel-digest': 'd' }, signal });

describe('an upload', () => {
  it('arrives as it is, with its length, its digest and its team, although parts share memory', async () => {
    let got = '';
    let seen: unknown;
    answer = async (request, response) => {
      const { url, headers } = request;
      seen = [url, headers['x-vercel-digest'], headers.authorization, headers['content-length']];
      for await (const part of request) got += (part as Buffer).toString();
      response.end('{}');
    };
    const sent = content(40);
    await upload(sent);
    expect(seen).toEqual(['/v2/files?slug=acme', 'd', 'Bearer x', String(40 * PART.length)]);
    expect(got.length).toBe(40 * PART.length);
    const expected = Array.from({ length: 40 }, (_, at) => String(at % 10).repeat(PART.length));
    expect(got === expected.join('')).toBe(true);
    expect(sent.seen.ended).toBe(true);
  });

  it('asks for the next part only when the one before has left', async () => {
    answer = () => {};
    const sent = content(4000);
    const stop = new AbortController();
    const ended = upload(sent, stop.signal);
    let before = -1;
    // Nobody reads at the other end: it comes to rest once what lies between is full.
    await expect
      .poll(() => {
        const rests = sent.seen.given > 0 && sent.seen.given === before;
        before = sent.seen.given;
        return rests;
      })
      .toBe(true);
    expect(sent.seen.given).toBeLessThan(1000);
    stop.abort();
    await expect(ended).rejects.toMatchObject({ failure: 'unknown' });
    await expect.poll(() => sent.seen.ended).toBe(true);
  });

  it('that is refused before its end is told why, and is not sent to the end', async () => {
    answer = (_, response) => {
      response.writeHead(429, { 'retry-after': '7', 'content-type': 'application/json' });
      response.end('{"error":{"code":"rate_limited","message":"Too many requests"}}');
    };
    const sent = content(4000);
    await expect(upload(sent)).rejects.toMatchObject({
      failure: 'throttled',
      code: 'rate_limited',
      retryAfter: 7000,
    });
    await expect.poll(() => sent.seen.ended).toBe(true);
  });

  it.each([
    ['grown', 3],
    ['shrunk', 1],
  ])('of a file that has %s meanwhile is refused here', async (_, count) => {
    answer = (request) => request.resume();
    await expect(upload(content(count, 2 * PART.length))).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('changed since the release was described'),
    });
  });

  it('that gets no answer may have arrived', async () => {
    answer = (request) => request.socket.destroy();
    await expect(upload(content(1))).rejects.toMatchObject({ failure: 'unknown' });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await expect(upload(content(1))).rejects.toMatchObject({ failure: 'transient' });
  });
});
