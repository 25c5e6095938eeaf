import { type AgentOptions, Agent as PlainAgent, request as plainly } from 'node:http';
import { Agent as SecureAgent, request as securely } from 'node:https';
import {
  WIRE_CONNECTIONS,
  WIRE_SILENCE_MS,
  type Wire,
  type WireAnswer,
  type WireEnd,
  type WireRequest,
  wireSilence,
} from './wire.ts';

/** HTTP/1: each call that is under way takes a connection of its own. */
export function parallelWire({ server, keys }: WireEnd): Wire {
  const isPlain = server.startsWith('http:');
  const open = (more: AgentOptions) =>
    isPlain
      ? new PlainAgent({ keepAlive: true, ...more })
      : new SecureAgent({ keepAlive: true, ...more, ...keys });
  const short = open({ maxSockets: WIRE_CONNECTIONS, timeout: WIRE_SILENCE_MS });
  /** What goes on would take the connections of all others. */
  const long = open({});
  const ask = isPlain ? plainly : securely;

  const send = ({ path, body, isEndless, method, headers, signal }: WireRequest) =>
    new Promise<WireAnswer>((resolve, reject) => {
      const agent = isEndless ? long : short;
      // Without it the body of a DELETE would be sent without an end.
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const options = { method, headers: { ...headers, ...length }, agent, signal };
      const request = ask(new URL(path, server), options);
      const silent = () =>
        request.destroy(wireSilence(request.socket?.connecting ? 'connection' : 'answer'));
      // For each request anew: agents shorten it to how long the server keeps idle connections.
      request.setTimeout(WIRE_SILENCE_MS);
      request.on('timeout', silent).on('error', reject);
      request.on('response', (answer) => {
        if (isEndless) request.setTimeout(0);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
      });
      request.end(body);
    });
  /** Idle connections end by themselves. */
  const close = () => {};
  const destroy = () => {
    short.destroy();
    long.destroy();
  };
  return { send, close, destroy };
}
