import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EdgeFixture } from './fixture.ts';
import { answering, backend, OK, say, statusesOf } from './wire.ts';

let fixture: EdgeFixture;
afterEach(() => fixture.close());

const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n';
const PATIENT = { silence: 4000 };

describe('a client that takes its time', () => {
  it.each(['GET / HTTP/1.1\r\nho', '', `${GET}GET / HT`])(
    'over the head of a request (%j) is not waited for',
    async (bytes) => {
      fixture = await EdgeFixture.within({ head: 300, look: 50 }, await answering(OK));
      const { text, closed } = await say(fixture.port, bytes, PATIENT);
      expect(closed).toBe(true);
      expect(statusesOf(text).at(-1)).toBe(408);
      expect(fixture.counted.failed).toBe(0);
    },
  );

  it('over a body is not waited for, and the replica is told', async () => {
    const replica = await backend(() => {});
    fixture = await EdgeFixture.within({ bodyIdle: 200 }, replica);
    const { text, closed } = await say(fixture.port, `${POST}abc`, PATIENT);
    expect(statusesOf(text)).toEqual([408]);
    expect(closed).toBe(true);
    await expect.poll(replica.ended).toBe(1);
    expect(fixture.counted).toEqual({ total: 0, failed: 0 });
    expect(fixture.tallies.refused.get(408)).toBe(1);
  });

  it('over all of a request, a little at a time, is not waited for without end', async () => {
    fixture = await EdgeFixture.within(
      { head: 400, request: 400, look: 50 },
      await backend(() => {}),
    );
    const parts = [POST, ...'abcdefgh'.split('').flatMap((letter) => [letter, '', '', ''])];
    const { text, closed } = await say(fixture.port, parts, PATIENT);
    expect(statusesOf(text)).toEqual([408]);
    expect(closed).toBe(true);
  });

  it('but sends its body in time is served', async () => {
    fixture = await EdgeFixture.within({ bodyIdle: 1500 }, await answering(OK));
    const began = performance.now();
    const slowly = '0123456789'.split('').flatMap((letter) => [letter, ...new Array(9).fill('')]);
    const { text } = await say(fixture.port, [POST, ...slowly]);
    expect(performance.now() - began).toBeGreaterThan(1500);
    expect(statusesOf(text)).toEqual([200]);
  });

  it('because the replica does is not to blame', async () => {
    const replica = await backend((socket) => {
      socket.pause();
      setTimeout(() => socket.end(OK), 2500);
    });
    fixture = await EdgeFixture.within({ bodyIdle: 1000 }, replica);
    const size = 30_000_000;
    const head = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`;
    const { text } = await say(fixture.port, head + 'x'.repeat(size), PATIENT);
    expect(statusesOf(text)).toEqual([200]);
  });

  it('over its next request is let go after the idle time', async () => {
    fixture = await EdgeFixture.within({ idle: 200, look: 50 }, await answering(OK));
    const { text, closed } = await say(fixture.port, GET, PATIENT);
    expect(statusesOf(text)).toEqual([200]);
    expect(closed).toBe(true);
  });
});

describe('a connection', () => {
  it('ends after its last request, and says so beforehand', async () => {
    fixture = await EdgeFixture.within({ requestsPerConnection: 3 }, await answering(OK));
    const { text, closed } = await say(fixture.port, GET.repeat(5));
    expect(statusesOf(text)).toEqual([200, 200, 200]);
    expect(text.toLowerCase().match(/connection: close/g)).toHaveLength(1);
    expect(closed).toBe(true);
  });

  it('too many of one client is not taken, and another client is', async () => {
    fixture = await EdgeFixture.within({ connectionsPerClient: 5 }, await answering(OK));
    const open = await held(5);
    expect(await say(fixture.port, GET)).toMatchObject({ text: '', closed: true });
    expect(statusesOf((await from('127.0.0.2')).text)).toEqual([200]);
    for (const socket of open) socket.destroy();
    await expect.poll(async () => statusesOf((await say(fixture.port, GET)).text)).toEqual([200]);
  });

  it('too many of all clients is not taken', async () => {
    fixture = await EdgeFixture.within({ connections: 5 }, await answering(OK));
    const open = await held(5);
    expect(await say(fixture.port, GET)).toMatchObject({ text: '', closed: true });
    for (const socket of open) socket.destroy();
  });
});

async function held(count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect({ port: fixture.port, host: '127.0.0.1' }),
  );
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.write('GET ');
  }
  // They are taken in the order in which they came: whoever comes now is one too many.
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

/** From another address of this machine. */
function from(localAddress: string): Promise<{ text: string }> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port: fixture.port, host: '127.0.0.1', localAddress });
    socket.on('data', (chunk) => {
      text += chunk;
      socket.destroy();
    });
    socket.on('close', () => resolve({ text }));
    socket.write(GET);
  });
}
