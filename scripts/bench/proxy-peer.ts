import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'httpxy';

/** The peer: the fastest maintained Node proxy library that installs here, in front of one address. */
const [target = '', port = '0'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const proxy = createProxyServer({ target, agent, xfwd: true });
const server = createServer((request, response) => {
  void proxy.web(request, response);
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
