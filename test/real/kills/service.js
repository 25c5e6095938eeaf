// Writes down each of its starts, so that one too many can be counted, and takes back one that lost its
// port to another program: that has never served, and is tried again by right.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT, VERSION, STARTS, DEPLOYCTL_RELEASE } = process.env;
appendFileSync(STARTS, `${DEPLOYCTL_RELEASE}\n`);

const server = createServer((_request, response) => {
  response.setHeader('x-version', VERSION);
  response.end('ok\n');
}).listen(Number(PORT), '127.0.0.1');

server.on('error', (error) => {
  if (error.code === 'EADDRINUSE') appendFileSync(STARTS, `-${DEPLOYCTL_RELEASE}\n`);
  throw error;
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
