import { createContext, Script } from 'node:vm';
import { Worker } from 'node:worker_threads';

/** Longest that this process stands still for a pattern, and longest that one may take in all. */
const AT_ONCE = 20;
const LONGEST = 2_000;

/**
 * Nearly every pattern is through in no time. One that backtracks is tried again where nobody waits
 * for it, and where V8 goes over to its other engine, whose time grows with the text alone. That one
 * knows neither back references nor look-arounds: patterns with those are ended when their time is over.
 */
const BESIDE = `
const { parentPort, workerData } = require('node:worker_threads');
require('node:v8').setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
const { pattern, flags, text } = workerData;
parentPort.postMessage('begun');
parentPort.postMessage(new RegExp(pattern, flags).test(text));`;
const here = new Script('expression.test(text)');

export interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}

/** A fault of whoever wrote the pattern, never of what it is held against. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Whether the text matches. Throws a PatternError where that cannot be told within two seconds. */
export async function isMatch(
  wanted: Pattern,
  text: string,
  signal: AbortSignal,
): Promise<boolean> {
  return atOnce(wanted, text) ?? (await patternBeside(wanted, text, signal));
}

/** Null when it takes longer than this process may stand still. */
function atOnce({ pattern, flags }: Pattern, text: string): boolean | null {
  const context = createContext({ expression: new RegExp(pattern, flags), text });
  try {
    return here.runInContext(context, { timeout: AT_ONCE }) as boolean;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}

async function patternBeside(wanted: Pattern, text: string, signal: AbortSignal): Promise<boolean> {
  const workerData = { ...wanted, text };
  const worker = new Worker(BESIDE, { eval: true, workerData, env: {}, execArgv: [] });
  const told = new AbortController();
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const end = () => reject(signal.reason);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { signal: told.signal });
      // Its time begins when it does: on a busy machine it may take seconds to come up.
      worker.once('message', () => {
        worker.once('message', resolve);
        const over = () => reject(new PatternError(endless(wanted, text)));
        AbortSignal.timeout(LONGEST).addEventListener('abort', over, { once: true });
      });
      worker.once('error', reject);
    });
  } finally {
    told.abort();
    await worker.terminate();
  }
}

function endless({ pattern, flags }: Pattern, { length }: string): string {
  return `/${pattern}/${flags} found no end within ${LONGEST / 1000} s in ${length} characters: write it without \\1 and (?=…), or as ~text`;
}
