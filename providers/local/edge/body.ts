import type { IncomingMessage } from 'node:http';

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Calls `stopped` when a client falls silent in the middle of its body. */
export function watchBody(request: IncomingMessage, idle: number, stopped: () => void): void {
  request.setTimeout(idle, () => {
    if (request.complete) return;
    // What has come was not taken: the replica is the slow one, and has a limit of its own.
    if (request.readableLength > 0) request.socket.setTimeout(idle);
    else stopped();
  });
  request.once('end', () => request.socket.setTimeout(0));
}
