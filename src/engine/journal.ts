import {
  type Created,
  DeployError,
  type JournalRecord,
  type RecordBody,
  type Store,
} from '../contract/index.ts';
import { canonicalJson, hashOf } from '../lib/canonical.ts';
import { keys } from './keys.ts';
import { retryStore, sturdy } from './retry.ts';
import type { World } from './world.ts';

const FIRST_PREV = '0'.repeat(64);

/** Somebody else wrote the record this holder meant to write: the log is the fence. */
export class Superseded extends Error {
  readonly by: JournalRecord;
  constructor(by: JournalRecord) {
    super(`record ${by.seq} was written by another holder`);
    this.by = by;
  }
}

export interface Entry {
  readonly epoch: number;
  readonly deployment: string;
  /** Its own number where it opens a chapter. */
  readonly chapter?: number;
  readonly body: RecordBody;
  /** Aborted when nothing can be waited for any more. */
  readonly hurry?: AbortSignal;
}

/** Appends to one target's log. Appends queue up, so that numbers are taken in order. */
export class Journal {
  readonly target: string;
  #world: World;
  #head: JournalRecord | null;
  #queue: Promise<unknown> = Promise.resolve();
  #broken: unknown = null;

  constructor(world: World, target: string, head: JournalRecord | null) {
    this.#world = world;
    this.target = target;
    this.#head = head;
  }

  get head(): JournalRecord | null {
    return this.#head;
  }

  append(entry: Entry): Promise<JournalRecord> {
    const written = this.#queue.then(() => this.#write(entry));
    this.#queue = written.catch(() => {});
    return written;
  }

  async #write(entry: Entry): Promise<JournalRecord> {
    // A record whose fate is unknown may be there: another one in its place would be refused as foreign.
    if (this.#broken) throw this.#broken;
    const record = this.#next(entry);
    const created = await this.#create(record, entry.hurry).catch((error: unknown) => {
      this.#broken = error;
      throw error;
    });
    if (created === 'exists')
      throw new Superseded(await readRecord(sturdy(this.#world), this.target, record.seq));
    this.#head = record;
    return record;
  }

  #create(record: JournalRecord, hurry: AbortSignal | undefined): Promise<Created> {
    const [key, text] = [keys.record(this.target, record.seq), canonicalJson(record)];
    return retryStore(this.#world, () => this.#world.store.create(key, text), hurry);
  }

  #next(entry: Entry): JournalRecord {
    const seq = (this.#head?.seq ?? 0) + 1;
    const unhashed = {
      v: 1 as const,
      seq,
      epoch: entry.epoch,
      deployment: entry.deployment,
      chapter: entry.chapter ?? seq,
      at: this.#world.clock.wall(),
      nonce: this.#world.random.name(12),
      body: masked(entry.body, this.#world.redact) as RecordBody,
      prev: this.#head?.hash ?? FIRST_PREV,
    };
    return { ...unhashed, hash: hashOf(unhashed) };
  }
}

/** What was frozen before: a plan is hashed, and has only references to secrets in it. */
const FROZEN = ['plan', 'course', 'holder'];

/** Reasons and details quote the outside, which may have a secret in its mouth. */
function masked(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => masked(part, redact));
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    FROZEN.includes(name) ? part : masked(part, redact),
  ]);
  return Object.fromEntries(parts);
}

export async function readRecord(
  store: Store,
  target: string,
  seq: number,
): Promise<JournalRecord> {
  const record = await tryRecord(store, target, seq);
  if (record) return record;
  throw damaged(store, target, seq, 'it is missing although later ones exist');
}

async function tryRecord(store: Store, target: string, seq: number): Promise<JournalRecord | null> {
  const text = await store.get(keys.record(target, seq));
  return text === null ? null : parseRecord(store, target, seq, text);
}

function parseRecord(store: Store, target: string, seq: number, text: string): JournalRecord {
  let record: JournalRecord;
  try {
    record = JSON.parse(text) as JournalRecord;
  } catch {
    throw damaged(store, target, seq, 'it is not JSON');
  }
  if (record?.v !== 1)
    throw damaged(
      store,
      target,
      seq,
      `its format is version ${String(record?.v)}, this deployctl knows 1`,
    );
  const { hash, ...rest } = record;
  if (record.seq !== seq || hashOf(rest) !== hash)
    throw damaged(store, target, seq, 'its content does not match its hash');
  return record;
}

function damaged(store: Store, target: string, seq: number, why: string): DeployError {
  return new DeployError('journal-damaged', {
    message: `Record ${seq} of the log of ${target} cannot be trusted: ${why}.`,
    why: `The log in ${store.url} was changed or damaged outside deployctl.`,
    state: 'Nothing was changed. What is live is untouched.',
    next: ['deployctl doctor', `deployctl status --store ${store.url}`],
  });
}

/** The newest record, found upward from a hint: the log is dense, so the first gap is the end. */
export async function readHead(store: Store, target: string): Promise<JournalRecord | null> {
  const hint = Number(await store.get(keys.head(target)));
  let seq =
    Number.isSafeInteger(hint) && hint > 0 && (await tryRecord(store, target, hint)) ? hint : 0;
  for (let stride = 1; ; stride *= 2) {
    if (await tryRecord(store, target, seq + stride)) seq += stride;
    else if (stride === 1) break;
    else stride = 0.5;
  }
  // A single record that is gone would look like the end, and be written over.
  if (await tryRecord(store, target, seq + 2)) await readRecord(store, target, seq + 1);
  if (seq === 0) return null;
  if (seq !== hint) await store.put(keys.head(target), String(seq)).catch(() => {});
  return readRecord(store, target, seq);
}

/** All records of the deployment that this one belongs to, up to and with it, chain checked. */
export async function readChapter(
  store: Store,
  target: string,
  last: JournalRecord,
): Promise<JournalRecord[]> {
  const numbers = Array.from({ length: last.seq - last.chapter }, (_, i) => last.chapter + i);
  const records: JournalRecord[] = [];
  for (let at = 0; at < numbers.length; at += 32) {
    const batch = numbers.slice(at, at + 32);
    records.push(...(await Promise.all(batch.map((seq) => readRecord(store, target, seq)))));
  }
  records.push(last);
  records.forEach((record, index) => {
    const before = records[index - 1];
    if (before && record.prev !== before.hash)
      throw damaged(store, target, record.seq, 'the chain of hashes is broken');
  });
  return records;
}

/** Records of one deployment from a number on, as far as they are written by now. */
export async function readChapterSince(
  store: Store,
  target: string,
  chapter: number,
  from: number,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let seq = from; ; seq++) {
    const record = await tryRecord(store, target, seq);
    // One that is gone would look like the end; a log that goes on meanwhile is read again.
    if (!record && !(await tryRecord(store, target, seq + 1))) return records;
    const next = record ?? (await readRecord(store, target, seq));
    if (next.chapter !== chapter) return records;
    const before = records.at(-1);
    if (before && next.prev !== before.hash)
      throw damaged(store, target, seq, 'the chain of hashes is broken');
    records.push(next);
  }
}
