import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { NO_TABLE } from '../../../../providers/local/home/messages.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, backend, OK, say, statusesOf } from './wire.ts';

let fixture: EdgeFixture;
afterEach(() => fixture.close());

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi';

/** Writes the parts one after the other for each request. */
const inParts = (...parts: string[]): Promise<Backend> =>
  backend(async (socket) => {
    for (const part of parts) {
      socket.write(part);
      await pause(15);
    }
  });

describe('what a replica says before its answer', () => {
  it.each([
    ['100 in front', ['HTTP/1.1 100 Continue\r\n\r\n', OK]],
    ['100 in the same bytes', [`HTTP/1.1 100 Continue\r\n\r\n${OK}`]],
    ['100 twice', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Go on\r\nx: y\r\n\r\n', OK]],
    ['100 in pieces', ['HTTP/1.', '1 10', '0 Continue\r\n', '\r', '\n', OK]],
    ['102', ['HTTP/1.1 102 Processing\r\n\r\n', OK]],
    ['199', ['HTTP/1.1 199 Odd\r\n\r\n', OK]],
  ])('(%s) takes nothing from the answer', async (_, parts) => {
    fixture = await EdgeFixture.open(await inParts(...parts));
    for (let round = 0; round < 2; round++) {
      const { text } = await say(fixture.port, POST);
      expect(statusesOf(text).at(-1)).toBe(200);
      expect(text).toMatch(/ok$/);
      expect(statusesOf(text)).not.toContain(100);
    }
    expect(fixture.counted).toEqual({ total: 2, failed: 0 });
  });

  it('is not looked for in a body', async () => {
    const body = 'HTTP/1.1 100 Continue\r\n\r\nrest';
    fixture = await EdgeFixture.open(
      await inParts(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`, body),
    );
    expect((await say(fixture.port, GET)).text).toContain(body);
  });

  it('reaches a client where it helps: early hints', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\nx: y\r\n\r\n';
    fixture = await EdgeFixture.open(await inParts(hint, OK));
    const { text } = await say(fixture.port, GET);
    expect(statusesOf(text)).toEqual([103, 200]);
    expect(text).toContain('</a.css>; rel=preload');
    const old = await say(fixture.port, 'GET / HTTP/1.0\r\nhost: a\r\n\r\n');
    expect(statusesOf(old.text)).toEqual([200]);
  });

  it('without end is no answer', async () => {
    fixture = await EdgeFixture.open(
      await backend((socket) => void socket.end(`HTTP/1.1 100 ${'x'.repeat(30_000)}`)),
    );
    expect(statusesOf((await say(fixture.port, POST)).text)).toEqual([502]);
  });
});

describe('an answer that can have no body', () => {
  it.each(['304 Not Modified', '204 No Content'])('%s may name a length', async (status) => {
    fixture = await EdgeFixture.open(
      await answering(`HTTP/1.1 ${status}\r\ncontent-length: 5\r\n\r\n`),
    );
    expect(statusesOf((await say(fixture.port, GET + GET)).text)).toEqual([
      Number(status.slice(0, 3)),
      Number(status.slice(0, 3)),
    ]);
    expect(fixture.counted).toEqual({ total: 2, failed: 0 });
  });
});

describe('a header about the connection', () => {
  it('takes nothing out that is meant for the replica', async () => {
    const replica = await answering(OK);
    fixture = await EdgeFixture.open(replica);
    const names = 'Host, Cookie, Authorization, Content-Length, X-Forwarded-For, X-Mine';
    const sent =
      `POST / HTTP/1.1\r\nhost: a\r\ncookie: c=1\r\nauthorization: secret\r\nx-mine: 1\r\n` +
      `content-length: 2\r\nconnection: ${names}\r\n\r\nhi`;
    expect(statusesOf((await say(fixture.port, sent)).text)).toEqual([200]);
    const heard = replica.heard.join('').toLowerCase();
    for (const line of ['host: a', 'cookie: c=1', 'authorization: secret', 'content-length: 2'])
      expect(heard).toContain(`\r\n${line}\r\n`);
    expect(heard).toContain('x-forwarded-for: 127.0.0.1');
    expect(heard).not.toContain('x-mine');
  });
});

describe('a session that sticks', () => {
  it.each([
    ['', ''],
    ['x-forwarded-proto: https\r\n', '; Secure'],
  ])('is bound to https where the client came by it (%j)', async (header, ending) => {
    fixture = await EdgeFixture.open(await answering(OK));
    const { table } = fixture.board;
    fixture.apply({ ...table, sticky: { cookie: 'track', maxAge: 60_000 } });
    const { text } = await say(fixture.port, GET.replace('\r\n\r\n', `\r\n${header}\r\n`));
    expect(text).toContain(
      `set-cookie: track=a; Max-Age=60; Path=/; HttpOnly; SameSite=Lax${ending}\r\n`,
    );
  });
});

describe('a replica with more than it can take', () => {
  const slow = (ms: number) => backend((socket) => void setTimeout(() => socket.write(OK), ms));

  it('gets no more at once than it may; the others wait for their turn', async () => {
    const replica = await slow(30);
    fixture = await EdgeFixture.within({ inFlightPerReplica: 2 }, replica);
    const answers = await Promise.all(Array.from({ length: 12 }, () => say(fixture.port, GET)));
    expect(answers.flatMap(({ text }) => statusesOf(text))).toEqual(new Array(12).fill(200));
    expect(replica.heard.length).toBeLessThanOrEqual(3);
  });

  it.each([{ queued: 1 }, { queueTime: 100 }])(
    'is said to be so, with 503, where too many wait or too long (%j)',
    async (limit) => {
      fixture = await EdgeFixture.within({ inFlightPerReplica: 1, ...limit }, await slow(300));
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => say(fixture.port, GET, { silence: 900 })),
      );
      const texts = answers.map(({ text }) => text);
      const turned = texts.filter((text) => text.startsWith('HTTP/1.1 503'));
      expect(turned.length).toBeGreaterThanOrEqual(2);
      expect(turned[0]).toContain('release a has more requests than it can take');
      expect(turned[0]).toContain('retry-after: 1');
      expect(fixture.counted.failed).toBe(turned.length);
    },
  );

  it('loses nobody who waits when another release takes over', async () => {
    const replica = await slow(400);
    fixture = await EdgeFixture.within({ inFlightPerReplica: 1 }, replica);
    const answers = Array.from({ length: 4 }, () => say(fixture.port, GET, { silence: 900 }));
    await expect.poll(() => replica.heard.join(''), { interval: 5 }).toContain('GET');
    const fresh = await answering(OK);
    fixture.adopt(fresh);
    fixture.apply({
      ...NO_TABLE,
      split: { b: 100 },
      backends: { b: [{ key: `b:${fresh.port}`, port: fresh.port }] },
    });
    const texts = (await Promise.all(answers)).map(({ text }) => text);
    expect(texts.map((text) => statusesOf(text)[0])).toEqual([200, 200, 200, 200]);
    expect(texts.filter((text) => text.includes('x-deployctl-release: b'))).toHaveLength(3);
  });
});
