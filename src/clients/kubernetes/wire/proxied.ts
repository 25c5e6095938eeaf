import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import {
  WIRE_CONNECTIONS,
  WIRE_KEPT_MS,
  WIRE_SILENCE_MS,
  type Wire,
  type WireEnd,
  type WireKeys,
} from './wire.ts';

/** For what is no plain request, or takes a way of its own to the server. */
export function dispatcherOver(
  keys: WireKeys,
  proxy: string | undefined,
  more: Agent.Options = {},
): Dispatcher {
  const limits = {
    connections: WIRE_CONNECTIONS,
    headersTimeout: WIRE_SILENCE_MS,
    bodyTimeout: WIRE_SILENCE_MS,
    keepAliveTimeout: WIRE_KEPT_MS,
    ...more,
  };
  if (proxy) return new ProxyAgent({ uri: proxy, requestTls: keys, ...limits });
  return new Agent({ connect: { ...keys, timeout: WIRE_SILENCE_MS }, ...limits });
}

/** Through the proxy that a kubeconfig names. */
export function proxiedWire({ server, keys }: WireEnd, proxy: string): Wire {
  const short = dispatcherOver(keys, proxy);
  const long = dispatcherOver(keys, proxy, { connections: null, bodyTimeout: 0 });
  return {
    send: async ({ isEndless, path, method, headers, body, signal }) => {
      const answer = await (isEndless ? long : short).request({
        origin: server,
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    close: () => void Promise.all([short.close(), long.close()]),
    destroy: () => void Promise.all([short.destroy(), long.destroy()]),
  };
}
