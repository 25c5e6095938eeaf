import type { Pool } from 'undici';
import type { Clock } from '../../src/lib/clock.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { isRefusal } from '../kit/trouble.ts';
import { LoadLog, type LoadTally } from './log.ts';

export interface Load {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rate: number;
  readonly concurrency: number;
  readonly maxDuration: number;
}

export interface LoadRun {
  /** How the requests fared that ended in a stretch of time. */
  tally(window: { readonly span: number; readonly age: number }): LoadTally;
  /** Why it sends no more; null while it does. */
  ended(): string | null;
  stop(): Promise<void>;
}

/** A request without an answer for so long has failed. */
const PATIENCE = 10_000;

/** What is later than this is dropped: after a stall there is no burst to make up for it. */
const LATEST = 1000;

/** How often, and over how long a time, it is asked whether a dying service is being hammered. */
const LOOK = 1000;
const HAMMERED = 5000;

const UNREACHED = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Requests are due at fixed times, whatever became of those before: a slow service gets no mercy. */
export async function startLoad(clock: Clock, load: Load, signal: AbortSignal): Promise<LoadRun> {
  const { Pool } = await import('undici');
  const pool = new Pool(load.url.origin, {
    connections: load.concurrency,
    pipelining: 1,
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  const stopped = new AbortController();
  const over = AbortSignal.any([signal, stopped.signal]);
  const log = new LoadLog(clock);
  let ended: string | null = null;
  const sending = send(clock, { load, log, pool, signal: over }).then(async (why) => {
    ended = why;
    await pool.destroy();
  });
  return {
    tally: (window) => log.tally(window),
    ended: () => ended,
    stop: async () => {
      stopped.abort();
      await sending;
    },
  };
}

interface LoadSending {
  readonly load: Load;
  readonly log: LoadLog;
  readonly pool: Pool;
  readonly signal: AbortSignal;
}

/** Ends with the reason why. */
async function send(clock: Clock, { load, log, pool, signal }: LoadSending): Promise<string> {
  const began = clock.monotonic();
  let [looked, underWay] = [began, 0];
  for (let count = 0; !signal.aborted; count++) {
    const due = began + (count * 1000) / load.rate;
    if (due - began >= load.maxDuration) {
      await clock.sleep(PATIENCE, signal);
      return `the load ended after ${formatDuration(load.maxDuration)}`;
    }
    if (due > clock.monotonic()) await clock.sleep(due - clock.monotonic(), signal);
    if (signal.aborted) break;
    if (underWay >= load.concurrency || clock.monotonic() - due > LATEST) {
      log.drop(due);
    } else {
      underWay++;
      void askLoad(pool, load).then((outcome) => {
        underWay--;
        if (!signal.aborted) log.add(due, outcome);
      });
    }
    if (clock.monotonic() - looked < LOOK) continue;
    looked = clock.monotonic();
    if (looked - began >= HAMMERED && log.isUnreached(HAMMERED)) {
      return 'the load was stopped: most connections failed';
    }
  }
  return 'the load was stopped';
}

async function askLoad(pool: Pool, { url, method, headers }: Load) {
  try {
    const path = url.pathname + url.search;
    const { statusCode, body } = await pool.request({ path, method, headers });
    await body.dump();
    return { bad: statusCode >= 500, unreached: false };
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    return { bad: true, unreached: isRefusal(error) || UNREACHED.includes(code) };
  }
}
