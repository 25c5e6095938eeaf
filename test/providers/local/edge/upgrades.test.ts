import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, backend, OK, say, statusesOf } from './wire.ts';

let fixture: EdgeFixture;
afterEach(() => fixture.close());

const ASK =
  'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-forwarded-for: 10.9.9.9\r\n\r\n';
const BEHIND =
  'GET /admin HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 6.6.6.6\r\nx-forwarded-proto: https\r\n\r\n';
const AGREED = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n';

/** Agrees to the upgrade after a while, and echoes from then on. */
const echoing = (parts: readonly string[] = [`${AGREED}\r\n`]): Promise<Backend> =>
  backend(async (socket, text, all) => {
    if (all === text) {
      await pause(100);
      for (const part of parts) {
        socket.write(part);
        await pause(30);
      }
    } else socket.write(`echo ${text}`);
  });

describe('an upgrade', () => {
  it('is sent on only after the replica has agreed, with a head of our own', async () => {
    const replica = await echoing();
    fixture = await EdgeFixture.open(replica);
    const talk = say(fixture.port, `${ASK}hello`);
    await expect.poll(() => replica.heard.join(''), { interval: 5 }).toMatch(/\r\n\r\n$/);
    expect(replica.heard.join('')).toContain('x-forwarded-for: 10.9.9.9, 127.0.0.1\r\n');
    const { text } = await talk;
    expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\nconnection: Upgrade\r\n/);
    expect(text).toContain('x-deployctl-release: a\r\n');
    expect(text).toMatch(/\r\n\r\necho hello$/);
    expect(fixture.counted).toEqual({ total: 1, failed: 0 });
  });

  it('that is refused lets nothing behind it through', async () => {
    const replica = await answering(OK);
    fixture = await EdgeFixture.open(replica);
    const { text, closed } = await say(fixture.port, ASK + BEHIND);
    expect(statusesOf(text)).toEqual([200]);
    expect(text.toLowerCase()).toContain('connection: close');
    expect(closed).toBe(true);
    expect(replica.heard.join('')).not.toContain('/admin');
    expect(replica.heard.join('')).not.toContain('6.6.6.6');
  });

  it.each([
    ['in pieces', [AGREED.slice(0, 20), AGREED.slice(20, 60), AGREED.slice(60), '\r\n', 'first ']],
    ['together with its first words', [`${AGREED}\r\nfirst `]],
    ['after an interim answer', ['HTTP/1.1 100 Continue\r\n\r\n', `${AGREED}\r\nfirst `]],
  ])('is agreed to when the answer comes %s', async (_, parts) => {
    fixture = await EdgeFixture.open(await echoing(parts));
    const { text } = await say(fixture.port, [ASK, ...new Array(20).fill(''), 'hello']);
    expect(text).toMatch(/\r\n\r\nfirst echo hello$/);
    expect(fixture.counted).toEqual({ total: 1, failed: 0 });
  });

  it.each(['content-length: 30', 'transfer-encoding: chunked'])(
    'with a body (%s) is a request like any other: its body is never read as another request',
    async (framing) => {
      const replica = await answering(OK);
      fixture = await EdgeFixture.open(replica);
      const body = 'GET /smuggled HTTP/1.1\r\nx: y\r\n\r\n'.slice(0, 30);
      const sent = framing.startsWith('content') ? body : `1e\r\n${body}\r\n0\r\n\r\n`;
      const head = ASK.replace('GET', 'POST').replace('\r\n\r\n', `\r\n${framing}\r\n\r\n`);
      await say(fixture.port, head + sent);
      const heard = replica.heard.join('');
      expect(heard).toMatch(/transfer-encoding: chunked|content-length: 30/);
      expect(heard.toLowerCase()).not.toContain('upgrade');
      expect(fixture.counted.total).toBe(1);
    },
  );

  it.each(['h2c', 'websocket, h2c', 'HTTP/2.0'])(
    'to another HTTP (%s), which would pass unseen, is not asked for',
    async (protocol) => {
      const replica = await answering(OK);
      fixture = await EdgeFixture.open(replica);
      const { text } = await say(fixture.port, ASK.replace('websocket', protocol) + BEHIND);
      expect(statusesOf(text)).toEqual([200]);
      expect(text.toLowerCase()).toContain('connection: close');
      expect(replica.heard.join('').toLowerCase()).not.toContain('upgrade');
      expect(replica.heard.join('')).not.toContain('/admin');
    },
  );

  it('behind a request without an answer is a request like any other', async () => {
    const replica = await answering(OK);
    fixture = await EdgeFixture.open(replica);
    const { text } = await say(fixture.port, BEHIND + ASK);
    expect(statusesOf(text)).toEqual([200, 200]);
  });

  it('that a replica agrees to unasked is an answer that failed', async () => {
    fixture = await EdgeFixture.open(await answering(`${AGREED}\r\n`));
    const { text } = await say(
      fixture.port,
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n',
    );
    expect(statusesOf(text)).toEqual([502]);
    expect(fixture.counted).toEqual({ total: 1, failed: 1 });
  });

  it('in a broken way is an answer that failed', async () => {
    fixture = await EdgeFixture.open(await answering('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    expect(statusesOf((await say(fixture.port, ASK)).text)).toEqual([502]);
  });

  it('frees the replica when either side leaves', async () => {
    const replica = await echoing();
    fixture = await EdgeFixture.open(replica);
    const client = connect(fixture.port, '127.0.0.1');
    client.write(ASK);
    await new Promise((resolve) => client.once('data', resolve));
    client.destroy();
    await expect.poll(() => replica.open.size).toBe(0);
    const other = connect(fixture.port, '127.0.0.1');
    other.write(ASK);
    await new Promise((resolve) => other.once('data', resolve));
    for (const socket of replica.open) socket.destroy();
    await new Promise((resolve) => other.once('close', resolve));
  });

  it('with two hosts is turned away', async () => {
    fixture = await EdgeFixture.open(await answering(OK));
    const { text } = await say(fixture.port, ASK.replace('host: a', 'host: a\r\nhost: b'));
    expect(statusesOf(text)).toEqual([400]);
    expect(fixture.counted.total).toBe(0);
  });
});
