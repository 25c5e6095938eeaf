import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { Fault } from './faults.ts';

/** An answer of the edge itself, in words. */
export function refuse(response: Answer, status: number, words: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${words}\n`);
}

/** The same to a client that is not understood: its connection is not used again. */
export function refuseAndClose(response: Answer, { status, words }: Fault): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
  refuse(response, status, words);
}

/** The last words on a connection that has no response to speak through. */
export function hangUp(socket: Socket, status: number, linger: number): void {
  if (!socket.writable) return void socket.destroy();
  const reason = STATUS_CODES[status] ?? '';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.once('end', () => socket.destroy());
  socket.resume();
  setTimeout(() => socket.destroy(), linger).unref();
}
