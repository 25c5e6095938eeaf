// A shop that sells nothing: it answers, and it misbehaves on request.
import { createServer } from 'node:http';

const { PORT = '3000', VERSION = 'dev', NEVER_READY, IGNORE_SIGTERM } = process.env;
const number = (name) => Number(process.env[name] ?? 0);
const errorRate = number('ERROR_RATE');
const latency = number('LATENCY');
const started = performance.now();
let served = 0;

const isReady = () => !NEVER_READY && performance.now() - started >= number('SLOW_START');

/** Spread evenly instead of by chance: a rate of 0.1 is every tenth request. */
function shouldFail() {
  served += 1;
  return Math.floor(served * errorRate) > Math.floor((served - 1) * errorRate);
}

function health(response) {
  response.writeHead(isReady() ? 200 : 503, { 'x-version': VERSION });
  response.end(isReady() ? 'ok\n' : 'not ready\n');
}

function page(request, response) {
  const status = shouldFail() ? 500 : 200;
  const body = { shop: 'shop', version: VERSION, path: request.url, headers: request.headers };
  response.writeHead(status, { 'content-type': 'application/json', 'x-version': VERSION });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Ten lines, one every 100 ms. */
function stream(response) {
  response.writeHead(200, { 'content-type': 'text/plain', 'x-version': VERSION });
  let line = 0;
  const timer = setInterval(() => {
    line += 1;
    response.write(`${VERSION} line ${line}\n`);
    if (line < 10) return;
    clearInterval(timer);
    response.end();
  }, 100);
  response.on('close', () => clearInterval(timer));
}

function answer(request, response) {
  if (request.url === '/healthz') return health(response);
  if (request.url === '/stream') return stream(response);
  if (latency > 0) setTimeout(() => page(request, response), latency);
  else page(request, response);
}

const server = createServer(answer).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`shop ${VERSION} listens on ${PORT}`);
});

if (number('CRASH_AFTER') > 0) {
  setTimeout(() => {
    console.error('crashing as asked');
    process.exit(1);
  }, number('CRASH_AFTER'));
}

process.on('SIGTERM', () => {
  console.log('asked to stop');
  if (IGNORE_SIGTERM) return;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
