import { createServer } from 'node:http';

/** Answers as fast as Node can: what is measured is in front of it. */
const port = process.env.PORT ?? '';
const small = Buffer.alloc(200, 'x');
const large = Buffer.alloc(64 * 1024, 'x');

createServer({ keepAliveTimeout: 60_000 }, ({ url }, response) => {
  const body = url === '/large' ? large : small;
  // Where it is asked without a proxy: every proxy in front is measured on the way to it.
  const headers = { 'content-type': 'text/plain', 'content-length': body.length, 'x-port': port };
  response.writeHead(200, headers);
  response.end(body);
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
