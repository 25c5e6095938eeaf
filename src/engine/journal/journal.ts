import type { JournalRecord, RecordBody } from '../../contract/index.ts';
import { redacted } from '../../lib/redacted.ts';
import { retryStore, sturdy, type Tries } from '../world/patient-store.ts';
import type { JournalAccess, World } from '../world/world.ts';
import { nullIfDamaged, nullIfUnreadable } from './damage.ts';
import { damaged } from './errors.ts';
import { floorOf } from './floor.ts';
import { readHead } from './head.ts';
import { keys } from './keys.ts';
import type { Log } from './log.ts';
import type { Envelope } from './newer-version.ts';
import { hasTable, WITH_TABLE } from './packing.ts';
import { readEnvelope, readRecord, sealed, tryRecord } from './record.ts';

const FIRST_PREV = '0'.repeat(64);

/** Somebody else wrote the record this holder meant to write: the log is the fence. */
export class Superseded extends Error {
  readonly by: Envelope;
  constructor(by: Envelope) {
    super(`record ${by.seq} was written by another holder`);
    this.by = by;
  }
}

export interface JournalEntry {
  readonly epoch: number;
  readonly deployment: string;
  /** Its own number where it opens a chapter. */
  readonly chapter?: number;
  readonly body: RecordBody;
  /** How long it is tried to write it. */
  readonly tries?: Tries;
}

/** What it takes to write into a journal. */
export type JournalWriting = JournalAccess & Pick<World, 'redact'>;

/** Appends to one target's log. Appends queue up, so that numbers are taken in order. */
export class Journal {
  readonly target: string;
  #world: JournalWriting;
  #head: JournalRecord | null;
  #queue: Promise<unknown> = Promise.resolve();
  #broken: unknown = null;

  constructor(world: JournalWriting, target: string, head: JournalRecord | null) {
    this.#world = world;
    this.target = target;
    this.#head = head;
  }

  get log(): Log {
    return { store: this.#world.store, target: this.target };
  }

  get head(): JournalRecord | null {
    return this.#head;
  }

  append(entry: JournalEntry): Promise<JournalRecord> {
    const written = this.#queue.then(() => this.#write(entry));
    this.#queue = written.catch(() => {});
    return written;
  }

  async #write(entry: JournalEntry): Promise<JournalRecord> {
    // A record whose fate is unknown may be there: another one in its place would be refused as foreign.
    if (this.#broken) throw this.#broken;
    if (entry.body.kind === 'ended') await this.#expectOpening(entry);
    const { record, text } = sealed(this.#next(entry));
    const key = keys.record(this.target, record.seq);
    const send = () => this.#world.store.create(key, text);
    const created = await retryStore(this.#world, send, entry.tries).catch((error: unknown) => {
      this.#broken = error;
      throw error;
    });
    if (created === 'exists')
      throw new Superseded(
        await readEnvelope({ ...this.log, store: sturdy(this.#world) }, record.seq),
      );
    this.#head = record;
    return record;
  }

  /** Somebody may have taken the folder away: an end of what was never begun tells nobody anything. */
  async #expectOpening({ chapter, tries }: JournalEntry): Promise<void> {
    const { store } = this.#world;
    if (chapter === undefined) return;
    const look = async () =>
      (await store.get(keys.record(this.target, chapter))) !== null ||
      chapter < (await floorOf(this.log));
    if (!(await retryStore(this.#world, look, tries)))
      throw damaged(this.log, chapter, 'it was removed while its deployment ran');
  }

  #next(entry: JournalEntry): Omit<JournalRecord, 'hash'> {
    const seq = (this.#head?.seq ?? 0) + 1;
    return {
      // The oldest format that can say it: so an older version reads as much as it can.
      v: hasTable(entry.body) ? WITH_TABLE : 1,
      seq,
      epoch: entry.epoch,
      deployment: entry.deployment,
      chapter: entry.chapter ?? seq,
      at: this.#world.clock.wall(),
      nonce: this.#world.random.name(12),
      body: redacted(entry.body, this.#world.redact, FROZEN),
      prev: this.#head?.hash ?? FIRST_PREV,
    };
  }
}

/** What was frozen before: a plan is hashed, and has only references to secrets in it. */
const FROZEN = ['plan', 'course', 'holder'];

/** All records of the deployment that this one belongs to, up to and with it, chain checked. */
export async function readChapter(log: Log, last: JournalRecord): Promise<JournalRecord[]> {
  const [earlier, before] = await Promise.all([
    readBatches(log, last),
    hashBefore(log, last.chapter),
  ]);
  const records = [...earlier, last];
  const [first = last] = records;
  const isApart = before !== first.prev && (await isNoneBefore(log, first.seq, before));
  records.reduce<string | null>(
    (hash, record) => {
      checkChain(log, hash, record);
      return record.hash;
    },
    isApart ? null : before,
  );
  return records;
}

/** Those before it, so many at a time. */
async function readBatches(log: Log, { chapter, seq: end }: JournalRecord) {
  const numbers = Array.from({ length: end - chapter }, (_, i) => chapter + i);
  const records: JournalRecord[] = [];
  for (let at = 0; at < numbers.length; at += 32) {
    const batch = numbers.slice(at, at + 32);
    records.push(...(await Promise.all(batch.map((seq) => readRecord(log, seq)))));
  }
  return records;
}

/** What the opening of a deployment follows from; null where what lies there cannot be read or was pruned. */
async function hashBefore(log: Log, chapter: number): Promise<string | null> {
  if (chapter === 1) return FIRST_PREV;
  return (await tryRecord(log, chapter - 1).catch(nullIfDamaged))?.hash ?? null;
}

/** A record that lies below the floor counts for nothing, whoever wrote it: asked once it was read. */
const isNoneBefore = async (log: Log, chapter: number, before: string | null) =>
  before === null || (chapter > 1 && chapter - 1 < (await floorOf(log)));

function checkChain(log: Log, before: string | null, record: JournalRecord): void {
  if (before !== null && record.prev !== before)
    throw damaged(log, record.seq, 'the chain of hashes is broken');
}

/** Records of one deployment from a number on, as far as they are written by now. */
export async function readChapterSince(
  log: Log,
  chapter: number,
  from: number,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let seq = from; ; seq++) {
    const isOver = records.at(-1)?.body.kind === 'ended';
    const record =
      (await tryRecord(log, seq).catch(isOver ? nullIfUnreadable : undefined)) ??
      (isOver ? null : await behindGap(log, { seq, far: seq > from || from === chapter }));
    if (record?.chapter !== chapter) return records;
    checkChain(log, records.at(-1)?.hash ?? null, record);
    records.push(record);
  }
}

/**
 * A gap would look like the end. A log that goes on meanwhile is read again; null where it ends. Who
 * follows a log and finds nothing new, some times a second, looks only at the next number but one.
 */
async function behindGap(
  log: Log,
  { seq, far }: { seq: number; far: boolean },
): Promise<JournalRecord | null> {
  const last = far ? (await readHead(log))?.seq : (await tryRecord(log, seq + 1))?.seq;
  return last !== undefined && last >= seq ? readRecord(log, seq) : null;
}
