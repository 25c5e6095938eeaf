import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalFixture } from '../fixture.ts';
import { load, STEADY } from '../load.ts';
import { type Heard, say, statusesOf } from './wire.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

const ODD = [
  'GET // HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET //[ HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET http://[ HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /counts?span=%zz&age=%ff HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /counts?span=1e999&age=-1 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /counts?span=1e300&age=1e300 HTTP/1.1\r\nhost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST /counts HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello',
  'GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n',
  `GET /${'a'.repeat(30_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
];

describe('the server of the numbers', () => {
  it('never touches the traffic, whatever it is asked', { timeout: 40_000 }, async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const { pids, edge } = await fixture.status();
    const traffic = load(await fixture.url(), STEADY);
    const answers: Heard[] = [];
    const ask = (bytes: string) => say(edge?.metricsPort as number, bytes, { silence: 150 });
    for (let round = 0; round < 3; round++) answers.push(...(await Promise.all(ODD.map(ask))));
    expect((await traffic.stop()).failures).toEqual([]);
    expect((await fixture.status()).pids.edge).toBe(pids.edge);
    const statuses = answers.flatMap(({ text }) => statusesOf(text));
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(await say(edge?.metricsPort as number, ODD[0] as string)).toMatchObject({
      text: expect.stringMatching(/^HTTP\/1.1 404 /),
    });
  });

  it('takes a bounded number of connections: the rest is for the traffic', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const { edge } = await fixture.status();
    const port = edge?.metricsPort as number;
    const sockets = Array.from({ length: 400 }, () => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => {});
      return socket;
    });
    try {
      await expect
        .poll(() => sockets.filter(({ closed }) => closed).length, { timeout: 5000 })
        .toBeGreaterThanOrEqual(100);
      expect((await fetch(await fixture.url())).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});
