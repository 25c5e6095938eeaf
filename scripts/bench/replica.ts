import { createServer } from 'node:net';

/** Answers with next to no work: what is measured is in front of it. */
const port = process.env.PORT ?? '';
const answerOf = (length: number) =>
  Buffer.from(
    // Where it is asked without a proxy: every proxy in front is measured on the way to it.
    `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\nx-port: ${port}\r\n\r\n${'x'.repeat(length)}`,
  );
const small = answerOf(200);
const large = answerOf(64 * 1024);

/** Requests without a body, one at a time. */
createServer({ noDelay: true }, (socket) => {
  let head = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    head += chunk.toString('latin1');
    if (!head.endsWith('\r\n\r\n')) return;
    socket.write(head.startsWith('GET /large') ? large : small);
    head = '';
  });
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
