import type { ReleaseId } from '../../../src/contract/index.ts';
import type { Backend } from '../home/messages.ts';
import { Wire } from './wire.ts';

/** A replica that says nothing for so long gets a 504; an answer that has begun may take any time. */
export const ANSWER_TIMEOUT = 300_000;

/** Connections kept for later; more than these are closed when they have nothing to do. */
const MOST_SPARE = 512;

/** One replica and the connections kept open to it. */
export class Upstream {
  readonly key: string;
  readonly release: ReleaseId;
  inFlight = 0;
  #origin: string;
  #answerTimeout: number;
  /** The one used last is used next, so that the others can end. */
  #spare: Wire[] = [];
  /** Called once it has nothing more in flight, set when it gets nothing new. */
  #whenIdle: (() => void) | null = null;
  /** Called when there may be room for one more. */
  #vacant: () => void;

  constructor(
    { key, port }: Backend,
    release: ReleaseId,
    { answerTimeout, vacant }: { answerTimeout: number; vacant: () => void },
  ) {
    this.key = key;
    this.release = release;
    this.#origin = `http://127.0.0.1:${port}`;
    this.#answerTimeout = answerTimeout;
    this.#vacant = vacant;
  }

  enter(): Wire {
    this.inFlight++;
    return this.#spare.pop() ?? new Wire(this.#origin, this.#answerTimeout);
  }

  leave(wire: Wire): void {
    this.inFlight--;
    if (this.#spare.length < MOST_SPARE) this.#spare.push(wire);
    else wire.close();
    if (this.inFlight === 0) this.#whenIdle?.();
    this.#vacant();
  }

  whenIdle(then: () => void): void {
    this.#whenIdle = then;
    if (this.inFlight === 0) then();
  }

  /** Idle connections end now, the others with their request. */
  close(): void {
    for (const wire of this.#spare) wire.close();
    this.#spare = [];
  }
}
