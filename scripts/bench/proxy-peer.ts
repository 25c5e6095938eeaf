import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createProxyServer } from 'httpxy';

/** A peer that runs on Node too: a proxy library in front of one address. */
const [library = '', target = '', port = '0'] = process.argv.slice(2);

type Pass = (request: IncomingMessage, response: ServerResponse) => void;

const LIBRARIES: Readonly<Record<string, () => Promise<Pass>>> = {
  httpxy: async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 256 });
    const proxy = createProxyServer({ target, agent, xfwd: true });
    return (request, response) => void proxy.web(request, response);
  },
  // Not among the dependencies: measured where it is installed.
  'fast-proxy': async () => {
    const { default: fastProxy } = await import(library);
    const { proxy } = fastProxy({ base: target, undici: { connections: 256, pipelining: 1 } });
    return (request, response) => proxy(request, response, request.url, {});
  },
};

const pass = await (LIBRARIES[library] as () => Promise<Pass>)();
createServer(pass).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
