import type { JournalRecord } from '../../contract/index.ts';
import { canonicalJson, hashOf } from '../../lib/canonical.ts';
import { damaged } from './errors.ts';
import { floorOf } from './floor.ts';
import { keys, lastIn, number, numbersIn } from './keys.ts';
import type { Log } from './log.ts';
import type { ReadAhead } from './read-once.ts';
import { readRecord } from './record.ts';

export interface Hint {
  readonly seq: number;
  /** It is whole: that record was there once, whatever is there now. */
  readonly proven: boolean;
}

export async function readHint(log: Log): Promise<Hint | null> {
  const text = await log.store.get(keys.head(log.target));
  try {
    const value: unknown = JSON.parse(text ?? '');
    // As a bare number it was written by an older version: where to begin, but no proof.
    if (typeof value === 'number') return isNumber(value) ? { seq: value, proven: false } : null;
    const { seq, hash } = value as { seq: number; hash: string };
    return isNumber(seq) && hashOf({ target: log.target, seq }) === hash
      ? { seq, proven: true }
      : null;
  } catch {
    return null;
  }
}

const isNumber = (seq: number) => Number.isSafeInteger(seq) && seq > 0;

export function hintText(target: string, seq: number): string {
  return canonicalJson({ seq, hash: hashOf({ target, seq }) });
}

/** Only once the record is there: a whole hint proves that it was. */
export async function writeHint(log: Log, seq: number): Promise<void> {
  await log.store.put(keys.head(log.target), hintText(log.target, seq)).catch(() => {});
}

/**
 * The newest record, for those who look. From a hint it is found in two rounds of reads: the log is
 * dense, so what lies behind the hint begins right behind it. Where that is in doubt, the names are
 * listed, which is always right and costs more the longer the log is.
 */
export async function readHead(log: Log): Promise<JournalRecord | null> {
  const hint = await readHint(log);
  const near = hint && (await endNear(log, hint.seq));
  if (near) return headRemembered(log, hint, { seq: near, read: null });
  const end = await listedEnd(log, Promise.resolve(hint));
  return end && headRemembered(log, hint, end);
}

/** The newest record as the names say, and whether the hint says the same. */
export interface SureHead {
  readonly head: JournalRecord | null;
  readonly isHinted: boolean;
}

/** So many of the newest records are read together with the end of the log: most chapters are shorter. */
const READ_AT_ONCE = 32;

/**
 * The same for those who will write: never from a hint, because a gap must not be written into. What
 * comes with it in one round is likely to be asked for next, by whoever asks for each record once.
 */
export async function readSureHead(log: Log, ahead: ReadAhead | null = null): Promise<SureHead> {
  const hinted = readHint(log);
  const early = (names: readonly string[]) => {
    for (const seq of numbersIn(names).slice(-READ_AT_ONCE))
      void log.store.get(keys.record(log.target, seq)).catch(() => {});
  };
  const end = await listedEnd(log, hinted, { listedNow: early, ahead });
  if (!end) return { head: null, isHinted: true };
  const head = end.read ?? (await readRecord(log, end.seq));
  return { head, isHinted: isHintedBy(await hinted, end.seq) };
}

const isHintedBy = (hint: Hint | null, seq: number) => hint?.proven === true && hint.seq === seq;

interface ListedEnd {
  readonly seq: number;
  readonly read: JournalRecord | null;
}

/** Null where nothing is recorded. */
async function listedEnd(
  log: Log,
  hinted: Promise<Hint | null>,
  { listedNow = () => {}, ahead = null }: ListedMeans = {},
): Promise<ListedEnd | null> {
  const [begun] = ahead?.keys() ?? [];
  const from = begun ?? (await provenBy(hinted));
  const names = listedFrom(log, from);
  const [floor, proven] = await Promise.all([floorOf(log), provenBy(hinted), names]);
  listedNow(await names);
  const known = Math.max(proven, floor === 1 ? 0 : floor);
  const listed = lastIn(await names) ?? 0;
  const early = listed ? readRecord(log, listed).catch(() => null) : null;
  const last = (await isEnd(ahead, listed)) ? listed : await endFrom(log, listed);
  // Somebody may have written between the list and the hint.
  const end = last < known ? await endFrom(log, known - 1) : last;
  if (end < known)
    throw damaged(
      log,
      Math.max(last + 1, floor),
      `it is missing although the log reached record ${known}`,
    );
  return end === 0 ? null : { seq: end, read: end === listed ? await early : null };
}

interface ListedMeans {
  /** Told of the names as soon as they are known. */
  readonly listedNow?: (names: readonly string[]) => void;
  readonly ahead?: ReadAhead | null;
}

const provenBy = async (hinted: Promise<Hint | null>) => {
  const hint = await hinted;
  return hint?.proven ? hint.seq : 0;
};

/** A number that was there once is where the end is looked for: what lies before it is not asked for. */
async function listedFrom(log: Log, from: number): Promise<readonly string[]> {
  const whole = () => log.store.list(keys.log(log.target));
  if (from === 0) return whole();
  const names = await log.store.list(keys.log(log.target), number(from - 1));
  // Where nothing is left behind it, the whole log says how much of it is.
  return lastIn(names) === null ? whole() : names;
}

/** What comes next was asked for together with the list: who writes it later is met when that number is written. */
const isEnd = async (ahead: ReadAhead | null, listed: number) =>
  (await ahead?.get(listed + 1)?.catch(() => '')) === null;

async function headRemembered(
  log: Log,
  hint: Hint | null,
  { seq, read }: ListedEnd,
): Promise<JournalRecord> {
  const [head] = await Promise.all([
    read ?? readRecord(log, seq),
    isHintedBy(hint, seq) ? null : writeHint(log, seq),
  ]);
  return head;
}

/** Offsets to probe behind the hint: a gap of nine records or more with a short rest behind it is missed (decision 0015). */
const AHEAD = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Goes up from a record that is there; null where what is seen does not fit a log without gaps. */
async function endNear(log: Log, from: number): Promise<number | null> {
  for (let seq = from; ; ) {
    const seen = await Promise.all(AHEAD.map((far) => isThere(log, seq + far)));
    const gap = seen.indexOf(false);
    if (gap === 0 || (gap > 0 && seen.includes(true, gap))) return null;
    const reached = AHEAD[(gap === -1 ? seen.length : gap) - 1] as number;
    if (reached === 0) return seq;
    seq += reached;
  }
}

async function endFrom(log: Log, from: number): Promise<number> {
  let seq = from;
  while (await isThere(log, seq + 1)) seq += 1;
  return seq;
}

async function isThere(log: Log, seq: number): Promise<boolean> {
  return (await log.store.get(keys.record(log.target, seq))) !== null;
}
