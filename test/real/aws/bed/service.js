// A service that says which version it is, on as many addresses as it is given: a fleet of targets.
import { createServer } from 'node:http';

const { VERSION, ADDRESSES, PORT, LATENCY = '0' } = process.env;
/** `break`: it fails wherever it is asked; `ail`: only where users ask it. */
let fault = null;

function answer(request, response) {
  response.setHeader('x-version', VERSION);
  const isCheck = request.url === '/healthz';
  response.statusCode = fault === 'break' || (fault === 'ail' && !isCheck) ? 500 : 200;
  if (isCheck) return response.end();
  setTimeout(() => response.end(`${VERSION}\n`), Number(LATENCY));
}

const servers = ADDRESSES.split(',').map((address) => {
  const server = createServer(answer);
  server.keepAliveTimeout = 60_000;
  return server.listen(Number(PORT), address);
});

process.on('message', (word) => {
  fault = word === 'mend' ? null : word;
});
process.on('disconnect', () => process.exit(0));
await Promise.all(servers.map((server) => new Promise((up) => server.once('listening', up))));
process.send?.('ready');
