import {
  failureClass,
  isDeployError,
  type JournalRecord,
  type Plan,
} from '../../contract/index.ts';
import { floorOf, readFloor } from '../journal/floor.ts';
import { readHint } from '../journal/head.ts';
import { keys, lastIn, numbersIn } from '../journal/keys.ts';
import type { Log } from '../journal/log.ts';
import { beyondRecord, type Envelope } from '../journal/newer-version.ts';
import { parseEnvelope, parseRecord, tryRecord } from '../journal/record.ts';

interface LogFault {
  readonly seq: number;
  readonly why: string;
  /** The key of what lies in its place and cannot be read as a value. */
  readonly inTheWay?: string;
}

/**
 * What damage there is and what it leaves: none; something of the past, while the newest deployment is
 * whole; the end, behind a deployment that is whole up to there; the newest deployment itself. While
 * something else lies in the place of a record, none of these can be told. And what a newer version
 * wrote is for that one to judge.
 */
type LogVerdict = 'whole' | 'past' | 'end' | 'newest' | 'blocked' | 'newer';

export interface Examined {
  readonly target: string;
  readonly verdict: LogVerdict;
  readonly faults: readonly LogFault[];
  /** The first record that only a newer version understands. */
  readonly newer: { readonly seq: number; readonly why: string } | null;
  /** Records that could be read. */
  readonly count: number;
  /** The last one of them. */
  readonly last: JournalRecord | null;
  /** Number of the newest record that is known to have been there. */
  readonly end: number;
  /** Wall clock of the newest record. */
  readonly at: number;
}

/** Reads every record of a target's log, and whether each follows from the one before. */
export async function examine(log: Log): Promise<Examined> {
  for (;;) {
    const floor = await floorOf(log);
    const examined = await examineFrom(log, floor);
    // Otherwise what was pruned meanwhile would look like a loss.
    if ((await floorOf(log)) === floor) return examined;
  }
}

async function examineFrom(log: Log, floor: number): Promise<Examined> {
  const hint = await readHint(log);
  const names = await log.store.list(keys.log(log.target));
  const listed = new Set(numbersIn(names));
  const end = Math.max(lastIn(names) ?? 0, hint?.proven ? hint.seq : 0, floor === 1 ? 0 : floor);
  const ledger = new Ledger(log, await chainBelow(log));
  for (let seq = floor; seq <= end; seq += RECORDS_READ_AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(RECORDS_READ_AT_ONCE, end - seq + 1) },
      (_, i) => seq + i,
    );
    const texts = await Promise.all(numbers.map((one) => examineTextOf(log, one, listed)));
    texts.forEach((text, index) => {
      ledger.take(seq + index, text);
    });
  }
  const { faults, newer, count, last, at } = ledger;
  const verdict = newer ? 'newer' : verdictOn(faults, last, end);
  return { target: log.target, verdict, faults, newer, count, last, end, at };
}

const RECORDS_READ_AT_ONCE = 32;

/** An error where something lies there that no value can be read from: a folder, a link. */
async function examineTextOf(
  log: Log,
  seq: number,
  listed: ReadonlySet<number>,
): Promise<string | null | Error> {
  try {
    const text = await log.store.get(keys.record(log.target, seq));
    return text === null && listed.has(seq) ? new Error('the entry does not hold a value') : text;
  } catch (error) {
    if (failureClass(error) === 'permanent') return error as Error;
    throw error;
  }
}

/** What the first record that was not pruned follows from; null where nothing tells. */
async function chainBelow(log: Log): Promise<string | null> {
  const floor = await readFloor(log).catch(() => null);
  return floor?.prev ?? null;
}

class Ledger {
  readonly faults: LogFault[] = [];
  newer: Examined['newer'] = null;
  count = 0;
  last: JournalRecord | null = null;
  at = 0;
  readonly #log: Log;
  /** Hash of the record before, while it is known. */
  #before: string | null;

  constructor(log: Log, before: string | null) {
    this.#log = log;
    this.#before = before;
  }

  take(seq: number, text: string | null | Error): void {
    if (text instanceof Error) {
      const inTheWay = keys.record(this.#log.target, seq);
      this.faults.push({ seq, why: text.message, inTheWay });
      this.#before = null;
      return;
    }
    const record = text === null ? 'it is missing' : this.#read(seq, text);
    if (typeof record === 'string') {
      this.faults.push({ seq, why: record });
      this.#before = null;
      return;
    }
    if (this.#before !== null && record.prev !== this.#before)
      this.faults.push({ seq, why: 'it does not follow from the one before it' });
    else this.#note(record);
    this.#before = record.hash;
    this.count += 1;
    this.at = Math.max(this.at, record.at);
  }

  #note(record: Envelope): void {
    const why = beyondRecord(record);
    if (why === null) this.last = record as JournalRecord;
    else this.newer ??= { seq: record.seq, why };
  }

  #read(seq: number, text: string): Envelope | string {
    try {
      const envelope = parseEnvelope(this.#log, seq, text);
      if (beyondRecord(envelope) !== null) return envelope;
      return parseRecord(this.#log, seq, text);
    } catch (error) {
      if (!isDeployError(error)) throw error;
      return error.message.slice(error.message.indexOf(': ') + 2, -1);
    }
  }
}

function verdictOn(
  faults: readonly LogFault[],
  last: JournalRecord | null,
  end: number,
): LogVerdict {
  if (faults.length === 0) return 'whole';
  if (faults.some(({ inTheWay }) => inTheWay)) return 'blocked';
  if (!last || faults.some(({ seq }) => seq >= last.chapter && seq < last.seq)) return 'newest';
  return last.seq === end ? 'past' : 'end';
}

/** The newest plan that can still be read in a log that is damaged; it may not be the newest there was. */
export async function lastPlan(log: Log): Promise<Plan | null> {
  const names = await log.store.list(keys.log(log.target)).catch(() => []);
  for (const seq of numbersIn(names).reverse()) {
    const record = await tryRecord(log, seq).catch(() => null);
    if (record?.body.kind === 'opened') return record.body.plan;
  }
  return null;
}
