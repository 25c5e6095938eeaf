import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { Interim } from './interim-answer.ts';

/** Loopback answers at once or not at all. */
const CONNECT_TIMEOUT = 3000;
/** Shorter than what servers keep by default, so that none closes while a request is on its way. */
const KEEP_ALIVE_MS = 4000;

const connector = buildConnector({ timeout: CONNECT_TIMEOUT, keepAlive: true });

/** One kept connection to a replica, for one request at a time. */
export class Wire {
  #client: Client;
  #interim = new Interim();

  constructor(origin: string, answerTimeout: number) {
    this.#client = new Client(origin, {
      pipelining: 1,
      headersTimeout: answerTimeout,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: (options, done) =>
        connector(options, (...result) => {
          const [, socket] = result;
          if (socket) this.#interim.watch(socket as Socket);
          done(...result);
        }),
    });
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  /** The next bytes that come begin an answer. */
  expectAnswer(): void {
    this.#interim.expect();
  }

  close(): void {
    this.#client.close().catch(() => {});
  }
}
