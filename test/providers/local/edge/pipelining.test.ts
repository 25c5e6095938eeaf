import { afterEach, describe, expect, it } from 'vitest';
import { mulberry } from '../../../helpers/mulberry.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, backend, OK, say, statusesOf } from './wire.ts';

let fixture: EdgeFixture;
afterEach(() => fixture.close());

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => `GET /${i} HTTP/1.1\r\nhost: a\r\n\r\n`).join('');

describe('requests sent ahead of their answers', () => {
  it('reach the replica one at a time, and are all answered in their order', async () => {
    let most = 0;
    const next = mulberry(1);
    const replica = await backend((socket, text) => {
      most = Math.max(most, replica.open.size);
      const [, path = ''] = /^GET (\S+)/.exec(text) ?? [];
      setTimeout(
        () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`),
        next() * 5,
      );
    });
    fixture = await EdgeFixture.open(replica);
    const { text } = await say(fixture.port, numbered(100));
    expect(text.match(/\/\d+(?=HTTP|$)/g)).toEqual(Array.from({ length: 100 }, (_, i) => `/${i}`));
    expect(most).toBe(1);
  });

  it('by the thousand cost no connection more and keep nobody waiting', async () => {
    const replica = await backend((socket, text) => {
      for (const _ of text.matchAll(/\r\n\r\n/g)) setTimeout(() => socket.write(OK), 20);
    });
    fixture = await EdgeFixture.open(replica);
    const flood = GET.replace('host: a', `host: a\r\nx: ${'y'.repeat(100)}`).repeat(2000);
    const floods = Array.from({ length: 5 }, () => say(fixture.port, flood));
    await expect.poll(() => replica.heard.length).toBe(5);
    const next = await fetch(`http://127.0.0.1:${fixture.port}/`);
    expect(next.status).toBe(200);
    // Long before the flood is over, which has 10,000 of them.
    expect(replica.heard.join('').match(/GET/g)?.length).toBeLessThan(2000);
    expect(replica.open.size).toBeLessThanOrEqual(6);
    fixture.server.closeAllConnections();
    await Promise.all(floods);
  });

  it('are all answered, however many they are', async () => {
    fixture = await EdgeFixture.open(await answering(OK));
    const { text } = await say(fixture.port, numbered(5000), { silence: 1500 });
    expect(statusesOf(text)).toHaveLength(5000);
    expect(fixture.counted).toEqual({ total: 5000, failed: 0 });
  });

  it('are given up with their connection when more wait than all clients may have', async () => {
    const replica = await backend(() => {});
    fixture = await EdgeFixture.within({ ahead: 50 }, replica);
    expect((await say(fixture.port, GET.repeat(40), { silence: 400 })).closed).toBe(false);
    expect((await say(fixture.port, GET.repeat(60))).closed).toBe(true);
  });

  it('are answered before garbage behind them is', async () => {
    const replica = await backend((socket) => void setTimeout(() => socket.write(OK), 50));
    fixture = await EdgeFixture.open(replica);
    const { text, closed } = await say(fixture.port, `${GET}${GET}garbage\r\n\r\n`);
    expect(statusesOf(text)).toEqual([200, 200, 400]);
    expect(closed).toBe(true);
  });

  it('with bodies arrive whole', async () => {
    const replica = await answering(OK);
    fixture = await EdgeFixture.open(replica);
    const post = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello';
    const { text } = await say(fixture.port, `${post}${GET}${post}${post}`);
    expect(statusesOf(text)).toEqual([200, 200, 200, 200]);
    expect(replica.heard.join('').match(/hello/g)).toHaveLength(3);
  });
});

describe('a client that will send no more', () => {
  it('still gets its answers', async () => {
    const replica = await backend((socket) => void setTimeout(() => socket.write(OK), 100));
    fixture = await EdgeFixture.open(replica);
    const { text, closed } = await say(fixture.port, GET + GET, { end: true });
    expect(statusesOf(text)).toEqual([200, 200]);
    expect(closed).toBe(true);
  });

  it('and has left is not worked for any longer', async () => {
    const replica = await backend(() => {});
    fixture = await EdgeFixture.within({ halfClosed: 100 }, replica);
    expect(await say(fixture.port, GET, { end: true })).toMatchObject({ text: '', closed: true });
    await expect.poll(replica.ended).toBe(1);
    expect(fixture.tallies.of('a').aborted).toBe(1);
    expect(fixture.counted.total).toBe(0);
  });
});
