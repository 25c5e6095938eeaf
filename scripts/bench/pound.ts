import { connect, type Socket } from 'node:net';

export interface Pounded {
  readonly requests: number;
  readonly failures: number;
  readonly perSecond: number;
  /** Ms below which 99 of 100 answers came. */
  readonly p99: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * As many requests as kept connections can carry. Reads sockets by hand, because a comfortable
 * client would cost more than the proxy that is measured.
 */
export async function pound(
  port: number,
  { connections, ms, path = '/' }: { connections: number; ms: number; path?: string },
): Promise<Pounded> {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  const until = performance.now() + ms;
  const tally = { requests: 0, failures: 0, latencies: [] as number[] };
  const workers = Array.from({ length: connections }, () =>
    hammer(port, { request, until, tally }),
  );
  await Promise.all(workers);
  tally.latencies.sort((a, b) => a - b);
  const { requests, failures, latencies } = tally;
  return {
    requests,
    failures,
    perSecond: Math.round((requests / ms) * 1000),
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };
}

interface Pounding {
  readonly request: Buffer;
  readonly until: number;
  readonly tally: { requests: number; failures: number; latencies: number[] };
}

async function hammer(port: number, pounding: Pounding): Promise<void> {
  while (performance.now() < pounding.until) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const broken = await oneConnection(socket, pounding);
    if (broken) pounding.tally.failures += 1;
  }
}

/** Resolves true when the connection broke with a request under way. */
function oneConnection(socket: Socket, { request, until, tally }: Pounding): Promise<boolean> {
  return new Promise((resolve) => {
    let sent = 0;
    let waiting = false;
    let answer: Buffer | null = null;
    let status = 0;
    /** Bytes of this answer that are still to come; negative while its head is not complete. */
    let left = -1;
    const send = () => {
      if (performance.now() >= until) return socket.end();
      sent = performance.now();
      waiting = true;
      socket.write(request);
    };
    const readHead = (chunk: Buffer) => {
      answer = answer ? Buffer.concat([answer, chunk]) : chunk;
      const head = headIn(answer);
      if (head) ({ status, left } = head);
    };
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      if (left > 0) left -= chunk.length;
      else readHead(chunk);
      if (left !== 0) return;
      answer = null;
      left = -1;
      waiting = false;
      tally.requests += 1;
      if (status >= 500) tally.failures += 1;
      tally.latencies.push(performance.now() - sent);
      send();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(waiting || sent === 0));
  });
}

/**
 * What the head of an answer says, and how much of it is still to come; null while the head is not
 * complete. One without a length is read until its last chunk is here.
 */
function headIn(answer: Buffer): { status: number; left: number } | null {
  const end = answer.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = answer.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const length = /content-length: ?(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return { status, left: end + 4 + Number(length) - answer.length };
  return answer.includes('0\r\n\r\n', end + 4) ? { status, left: 0 } : null;
}
