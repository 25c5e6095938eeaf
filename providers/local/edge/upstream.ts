import { Pool } from 'undici';
import type { ReleaseId } from '../../../src/contract/index.ts';
import type { Backend } from '../messages.ts';

/** Loopback answers at once or not at all. */
const CONNECT_TIMEOUT = 3000;
/** A replica that says nothing for so long gets a 504; an answer that has begun may take any time. */
export const ANSWER_TIMEOUT = 300_000;

/** One replica and the connections kept open to it. */
export class Upstream {
  readonly key: string;
  readonly port: number;
  readonly release: ReleaseId;
  readonly pool: Pool;
  inFlight = 0;
  /** Called once it has nothing more in flight, set when it gets nothing new. */
  #whenIdle: (() => void) | null = null;

  constructor({ key, port }: Backend, release: ReleaseId, answerTimeout: number) {
    this.key = key;
    this.port = port;
    this.release = release;
    this.pool = new Pool(`http://127.0.0.1:${port}`, {
      pipelining: 1,
      connectTimeout: CONNECT_TIMEOUT,
      headersTimeout: answerTimeout,
      bodyTimeout: 0,
      keepAliveTimeout: 4000,
    });
  }

  leave(): void {
    this.inFlight--;
    if (this.inFlight === 0) this.#whenIdle?.();
  }

  whenIdle(then: () => void): void {
    this.#whenIdle = then;
    if (this.inFlight === 0) then();
  }

  /** Idle connections end now, the others with their request. */
  close(): void {
    this.pool.close().catch(() => {});
  }
}
