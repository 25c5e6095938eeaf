import { failureClass } from '../../contract/index.ts';
import { systemClock } from '../../lib/clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { providerError } from './failure.ts';

/** How often a read is tried, and the longest wait before the second time; it doubles from there. */
const READS = 5;
const FIRST_WAIT = 200;

const AGAIN = new Set(['throttled', 'transient']);

/** Sends a read until it is answered, and a write once: a lost write is looked at, never repeated blindly. */
export class Caller<Sdk> {
  #sdk: Sdk;

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  async read<T>(call: CallerCall<Sdk, T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await call(this.#sdk, callerOptionsOf(signal));
      } catch (error) {
        const failed = providerError(error, 'read');
        const hopeless = !AGAIN.has(failureClass(failed)) || tries === READS;
        if (hopeless || signal?.aborted) throw failed;
        await systemClock.sleep(systemRandom.next() * FIRST_WAIT * 2 ** tries, signal);
      }
    }
  }

  async write<T>(call: CallerCall<Sdk, T>, signal?: AbortSignal): Promise<T> {
    try {
      return await call(this.#sdk, callerOptionsOf(signal));
    } catch (error) {
      throw providerError(error, 'write');
    }
  }
}

type CallerOptions = { readonly abortSignal?: AbortSignal };
type CallerCall<Sdk, T> = (sdk: Sdk, options: CallerOptions) => Promise<T>;

const callerOptionsOf = (signal: AbortSignal | undefined): CallerOptions =>
  signal ? { abortSignal: signal } : {};
