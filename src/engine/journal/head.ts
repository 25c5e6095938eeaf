import type { JournalRecord } from '../../contract/index.ts';
import { canonicalJson, hashOf } from '../../lib/canonical.ts';
import { damaged } from './errors.ts';
import { floorOf } from './floor.ts';
import { keys, lastIn, number } from './keys.ts';
import type { Log } from './log.ts';
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
  return near
    ? headRemembered(log, hint, { seq: near, read: null })
    : readListedHead(log, Promise.resolve(hint));
}

/** The same for those who will write: never from a hint, because a gap must not be written into. */
export async function readSureHead(log: Log): Promise<JournalRecord | null> {
  return readListedHead(log, readHint(log));
}

async function readListedHead(
  log: Log,
  hinted: Promise<Hint | null>,
): Promise<JournalRecord | null> {
  const hint = await hinted;
  // A number that was there once is where the end is looked for: what lies before it is not asked for.
  const after = hint?.proven ? number(hint.seq - 1) : undefined;
  const names = log.store.list(keys.log(log.target), after);
  const [floor] = await Promise.all([floorOf(log), names]);
  const known = Math.max(hint?.proven ? hint.seq : 0, floor === 1 ? 0 : floor);
  // Where nothing is left behind it, the whole log says how much of it is.
  const listed =
    lastIn(await names) ?? (after && lastIn(await log.store.list(keys.log(log.target))));
  const early = listed ? readRecord(log, listed).catch(() => null) : null;
  const last = await endFrom(log, listed || 0);
  // Somebody may have written between the list and the hint.
  const end = last < known ? await endFrom(log, known - 1) : last;
  if (end < known)
    throw damaged(
      log,
      Math.max(last + 1, floor),
      `it is missing although the log reached record ${known}`,
    );
  const read = end === listed ? await early : null;
  return end === 0 ? null : headRemembered(log, hint, { seq: end, read });
}

async function headRemembered(
  log: Log,
  hint: Hint | null,
  { seq, read }: { readonly seq: number; readonly read: JournalRecord | null },
): Promise<JournalRecord> {
  const isNew = !hint?.proven || hint.seq !== seq;
  const [head] = await Promise.all([
    read ?? readRecord(log, seq),
    isNew ? writeHint(log, seq) : null,
  ]);
  return head;
}

/** Far enough apart to see over a gap, near enough together to see a short rest behind it. */
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
