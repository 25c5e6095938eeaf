import { once } from 'node:events';
import { rmSync } from 'node:fs';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasOpenssl, newPair } from './certificates.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, backend, OK } from './wire.ts';

let pair: ReturnType<typeof newPair>;
let fixture: EdgeFixture;
const sessions: ClientHttp2Session[] = [];

beforeAll(() => {
  if (hasOpenssl) pair = newPair();
});

afterAll(() => {
  if (hasOpenssl) rmSync(pair.folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await fixture.close();
});

async function open(replica: Backend, limits = {}): Promise<void> {
  fixture = await EdgeFixture.within(limits, replica);
  fixture.server.secure(pair, () => {});
}

function meet(): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${fixture.port}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  sessions.push(session);
  return session;
}

interface Heard {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly code: number;
}

async function hear(stream: ClientHttp2Stream): Promise<Heard> {
  let text = '';
  let headers: Record<string, unknown> = {};
  stream.on('response', (found) => {
    headers = found;
  });
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  stream.on('error', () => {});
  await new Promise<void>((resolve) => stream.once('close', resolve));
  return { status: Number(headers[':status'] ?? 0), headers, text, code: stream.rstCode ?? 0 };
}

const ask = (session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}, body?: string) => {
  const stream = session.request({ ':path': '/', ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return hear(stream);
};

const echo = () =>
  backend((socket, _text, heard) => {
    if (!heard.includes('\r\n\r\n')) return;
    socket.write(
      `HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nconnection: close, x-hop\r\nx-hop: 1\r\ncontent-length: 2\r\n\r\nok`,
    );
  });

describe.runIf(hasOpenssl)('HTTP/2 with a client', () => {
  it('carries requests, many at once, and gives each its own answer', async () => {
    await open(await answering(OK));
    const session = meet();
    const heard = await Promise.all(Array.from({ length: 60 }, () => ask(session)));
    expect(heard.every(({ status, text }) => status === 200 && text === 'ok')).toBe(true);
    expect(fixture.counted).toEqual({ total: 60, failed: 0 });
  });

  it('gives a replica HTTP/1.1: one host, one cookie, where it came from, and nothing of the hop', async () => {
    const replica = await echo();
    await open(replica);
    const heard = await ask(meet(), {
      ':authority': 'shop.example:8443',
      cookie: ['a=1', 'b=2'],
      te: 'trailers',
      'x-mine': 'yes',
    });
    const [request = ''] = replica.heard;
    expect(request).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(request.match(/^host: shop\.example:8443\r$/gim)).toHaveLength(1);
    expect(request).toMatch(/^cookie: a=1; b=2\r$/m);
    expect(request).toMatch(/^x-forwarded-proto: https\r$/m);
    expect(request).toMatch(/^x-mine: yes\r$/m);
    expect(request).not.toMatch(/^(te|:[a-z]+):/im);
    expect(heard.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(heard.headers).not.toHaveProperty('connection');
    expect(heard.headers).not.toHaveProperty('x-hop');
  });

  it('carries bodies both ways, with and without a length', async () => {
    const replica = await backend((socket, _text, heard) => {
      if (heard.includes('hello')) socket.write(OK);
    });
    await open(replica);
    const session = meet();
    expect(await ask(session, { ':method': 'POST' }, 'hello')).toMatchObject({ text: 'ok' });
    expect(replica.heard.join()).toMatch(/transfer-encoding: chunked/i);
  });

  it('tells a client whose answer broke off that it did, and counts that against the release', async () => {
    const cut = await backend((socket, text) => {
      const framing = text.includes('/length')
        ? 'content-length: 10'
        : 'transfer-encoding: chunked';
      socket.end(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n4\r\nhalf`);
    });
    await open(cut);
    const session = meet();
    for (const path of ['/length', '/chunked']) {
      const { status, code } = await ask(session, { ':path': path });
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(code, path).not.toBe(constants.NGHTTP2_NO_ERROR);
    }
    expect(fixture.counted.failed).toBe(2);
  });

  it('passes no body on as complete that its client has broken off, and counts that against nobody', async () => {
    const silent = await backend(() => {});
    await open(silent);
    const raw = await Raw.open(fixture.port);
    raw.frame(HEADERS, END_HEADERS, 1, fieldsOf([[':method', 'POST'], ...PSEUDO.slice(1)]));
    raw.frame(DATA, 0, 1, Buffer.from('half'));
    await raw.until(() => silent.heard.join().endsWith('half'));
    raw.frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 8]));
    await raw.until(() => fixture.tallies.of('a').aborted === 1 && silent.ended() === 1);
    expect(silent.heard.join()).not.toContain('0\r\n');
    expect(fixture.counted).toEqual({ total: 0, failed: 0 });
    raw.close();
  });

  it('is told of a sticky cookie that only HTTPS may carry', async () => {
    const replica = await answering(OK);
    await open(replica);
    fixture.apply({
      sticky: { cookie: 'at', maxAge: 1000 },
      backends: { a: [{ key: 'a', port: replica.port }] },
    });
    expect(String((await ask(meet())).headers['set-cookie'])).toMatch(/^at=a;.*; Secure$/);
  });
});

describe.runIf(hasOpenssl)('an attack through HTTP/2', () => {
  it('on the line of the request or the host never reaches a replica', async () => {
    const replica = await answering(OK);
    await open(replica);
    const session = meet();
    const status = async (headers: OutgoingHttpHeaders) =>
      (await ask(session, headers).catch(() => ({ status: 0 }))).status;
    for (const path of ['*', 'http://other/', 'x', '/#a']) {
      expect([400, 0], path).toContain(await status({ ':path': path }));
    }
    for (const authority of ['a b', 'a/b', 'user@a', 'a:b', 'a\\b']) {
      expect([400, 0], authority).toContain(await status({ ':authority': authority }));
    }
    expect(await status({ ':authority': 'a', host: 'b' })).toBe(400);
    expect(replica.heard).toEqual([]);
    expect(fixture.counted).toEqual({ total: 0, failed: 0 });
  });

  it('with a space or a line break in a path or a header never makes a second request', async () => {
    const replica = await answering(OK);
    await open(replica);
    const raw = await Raw.open(fixture.port);
    const bad = [
      [...PSEUDO.slice(0, 3), [':path', '/ HTTP/1.1\r\nx: y\r\n\r\nGET /two']],
      [...PSEUDO, ['x-a', 'b\r\nhost: evil\r\n\r\nGET /two HTTP/1.1']],
      [...PSEUDO, ['x-a\r\nx-b', 'c']],
      [...PSEUDO, ['connection', 'x-a']],
      [...PSEUDO, ['transfer-encoding', 'chunked']],
      [...PSEUDO, ['te', 'gzip']],
      [...PSEUDO, ['X-Upper', 'a']],
      [...PSEUDO, [':path', '/again']],
      [[':method', 'GET /two HTTP/1.1\r\n'], ...PSEUDO.slice(1)],
      [...PSEUDO, ['content-length', '5']],
    ] as [string, string][][];
    let id = 1;
    for (const fields of bad) {
      raw.headers(id, fields);
      id += 2;
    }
    raw.headers(id, PSEUDO);
    await raw.until(() => raw.answered.has(id));
    // A field that is none may be left out; nothing of it is passed on.
    const heard = replica.heard.join('');
    expect(heard).not.toMatch(/two|evil|again|x-b|x-upper|chunked|gzip/i);
    const answered = [...raw.answered.values()].filter((status) => status === 200).length;
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(answered);
    expect(fixture.counted).toEqual({ total: answered, failed: 0 });
    raw.close();
  });

  it('by requests taken back as soon as they are made ends that connection, and asks little of replicas', async () => {
    const silent = await backend(() => {});
    await open(silent);
    const raw = await Raw.open(fixture.port);
    for (let id = 1; id < 4000 && !raw.ended; id += 2) {
      raw.headers(id, PSEUDO);
      raw.frame(RST_STREAM, 0, id, Buffer.from([0, 0, 0, 8]));
      if (id % 200 === 1) await pause(1);
    }
    await raw.until(() => raw.ended);
    expect(silent.heard.length).toBeLessThan(500);
    expect(fixture.counted).toEqual({ total: 0, failed: 0 });
    raw.close();
  });

  it('by headers that never end, or are too many or too large, holds nothing', async () => {
    const replica = await answering(OK);
    await open(replica, { head: 1000, look: 100, headBytes: 8192 });
    const raw = await Raw.open(fixture.port);
    raw.headers(1, PSEUDO, { end: false });
    for (let n = 0; n < 10_000 && !raw.ended; n++) {
      raw.frame(CONTINUATION, 0, 1, fieldsOf([['x-a', 'b'.repeat(50)]]));
      if (n % 100 === 0) await pause(1);
    }
    await raw.until(() => raw.ended);
    raw.close();
    const many = Array.from({ length: 400 }, (_, i): [string, string] => [`x-${i}`, 'a']);
    const large: [string, string][] = [['x-large', 'a'.repeat(12_000)]];
    for (const fields of [many, large]) {
      const one = await Raw.open(fixture.port);
      one.headers(1, [...PSEUDO, ...fields]);
      await one.until(() => one.ended || one.reset.has(1) || one.answered.has(1));
      expect(one.answered.get(1) ?? 0, fields[0]?.[0]).not.toBe(200);
      one.close();
    }
    expect(replica.heard).toEqual([]);
  });

  it('by a connection that asks for nothing, whatever else it sends, is ended', async () => {
    await open(await answering(OK), { head: 300, linger: 100 });
    const raw = await Raw.open(fixture.port);
    const pings = setInterval(() => raw.frame(PING, 0, 0, Buffer.alloc(8)), 20);
    await raw.until(() => raw.ended);
    clearInterval(pings);
    raw.close();
  });

  it('by more streams than it may have gets no more of them', async () => {
    const silent = await backend(() => {});
    await open(silent, { streams: 10 });
    const raw = await Raw.open(fixture.port);
    for (let id = 1; id < 200; id += 2) raw.headers(id, PSEUDO);
    await raw.until(() => raw.reset.size >= 80 || raw.ended);
    expect(silent.heard.length).toBeLessThanOrEqual(10);
    raw.close();
  });
});

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const CONTINUATION = 9;
const END_STREAM = 1;
const END_HEADERS = 4;

const PSEUDO: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'a'],
  [':path', '/'],
];

function sized(bytes: Buffer): Buffer {
  const { length } = bytes;
  if (length < 127) return Buffer.concat([Buffer.from([length]), bytes]);
  const size = [127];
  let rest = length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) size.push((rest % 128) | 128);
  return Buffer.concat([Buffer.from([...size, rest]), bytes]);
}

/** Literal fields, none of them checked. */
const fieldsOf = (fields: readonly (readonly [string, string])[]) =>
  Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.from([0]),
      sized(Buffer.from(name, 'latin1')),
      sized(Buffer.from(value, 'latin1')),
    ]),
  );

/** A client that sends whatever frames it is told to. */
class Raw {
  ended = false;
  readonly answered = new Map<number, number>();
  readonly reset = new Set<number>();
  #socket: TLSSocket;
  #bytes = Buffer.alloc(0);

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
    });
    socket.on('data', (chunk) => this.#read(chunk));
  }

  static async open(port: number): Promise<Raw> {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const socket = connectTls(options);
    await once(socket, 'secureConnect');
    const raw = new Raw(socket);
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    raw.frame(SETTINGS, 0, 0, Buffer.alloc(0));
    return raw;
  }

  frame(type: number, flags: number, id: number, payload: Buffer): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(id, 5);
    if (!this.ended) this.#socket.write(Buffer.concat([head, payload]));
  }

  headers(id: number, fields: readonly (readonly [string, string])[], { end = true } = {}): void {
    this.frame(HEADERS, END_STREAM | (end ? END_HEADERS : 0), id, fieldsOf(fields));
  }

  async until(so: () => boolean): Promise<void> {
    for (let waited = 0; !so(); waited += 5) {
      if (waited > 30_000) throw new Error('it did not come to that');
      await pause(5);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 9) {
      const length = this.#bytes.readUIntBE(0, 3);
      if (this.#bytes.length < 9 + length) return;
      const id = this.#bytes.readUInt32BE(5) & 0x7fffffff;
      const type = this.#bytes[3];
      if (type === HEADERS) this.answered.set(id, statusIn(this.#bytes.subarray(9, 9 + length)));
      if (type === RST_STREAM) this.reset.add(id);
      if (type === GOAWAY && this.#bytes.readUInt32BE(13) !== 0) this.ended = true;
      this.#bytes = this.#bytes.subarray(9 + length);
    }
  }
}

/** The indexed statuses of the static table; anything else is written out. */
function statusIn(block: Buffer): number {
  const known = [200, 204, 206, 304, 400, 404, 500];
  const first = block.find((byte) => byte >= 0x88 && byte <= 0x8e);
  return first === undefined ? 1 : (known[first - 0x88] as number);
}
