import { get } from 'node:http';
import { connect } from 'node:net';
import type { Probe } from '../settings.ts';

const STARTING_INTERVAL = 100;
/** So many intervals between two probes while all is well. */
const CALM = 5;

/** The end of a process is noticed at once; one that is well is asked now and then, or its log is full of us. */
export function untilNextProbe({ interval }: Probe, everReady: boolean, isWell: boolean): number {
  if (!everReady) return Math.min(interval, STARTING_INTERVAL);
  return isWell ? interval * CALM : interval;
}

/** Asks once; null when it is well, else why not in a few words. */
export function askProbe(probe: Probe, port: number, signal: AbortSignal): Promise<string | null> {
  return probe.path === null
    ? askTcp(probe, port, signal)
    : askHttp(probe, probe.path, { port, signal });
}

function askHttp(
  probe: Probe,
  path: string,
  at: { port: number; signal: AbortSignal },
): Promise<string | null> {
  const target = {
    host: '127.0.0.1',
    port: at.port,
    path,
    agent: false,
    // So that an access log can tell them from users.
    headers: { 'user-agent': 'deployctl-probe' },
    timeout: probe.timeout,
    signal: at.signal,
  };
  return new Promise((resolve) => {
    const request = get(target, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      const good = probe.status ? probe.status.includes(status) : status >= 200 && status < 400;
      resolve(good ? null : `${path} answers ${status}`);
    });
    request.on('timeout', () =>
      request.destroy(new Error(`${path} does not answer within ${probe.timeout} ms`)),
    );
    request.on('error', (error) => resolve(probeWordsFor(error)));
  });
}

function askTcp(probe: Probe, port: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, signal, timeout: probe.timeout });
    const settle = (answer: string | null) => {
      resolve(answer);
      socket.destroy();
    };
    socket.on('connect', () => settle(null));
    socket.on('timeout', () => settle(`no connection within ${probe.timeout} ms`));
    socket.on('error', (error) => settle(probeWordsFor(error)));
  });
}

function probeWordsFor(error: Error): string {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    ? 'nothing listens on its port'
    : error.message;
}
