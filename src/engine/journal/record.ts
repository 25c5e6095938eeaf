import type { JournalRecord, JsonObject } from '../../contract/index.ts';
import { canonicalJson, hashOf, sha256 } from '../../lib/canonical.ts';
import { damaged, newerRecord, prunedRecord } from './errors.ts';
import { floorOf } from './floor.ts';
import { keys } from './keys.ts';
import type { Log, LogName } from './log.ts';
import { beyondRecord, type Envelope } from './newer-version.ts';
import { hasTable, packed, unpacked, WITH_TABLE } from './packing.ts';

export async function readRecord(log: Log, seq: number): Promise<JournalRecord> {
  const record = await keptRecord(log, seq);
  if (record) return record;
  throw prunedRecord(log.target, seq);
}

/** Null for one that was pruned; one that was lost is refused. */
export async function keptRecord(log: Log, seq: number): Promise<JournalRecord | null> {
  const record = await tryRecord(log, seq);
  if (record !== null || seq < (await floorOf(log))) return record;
  throw damaged(log, seq, 'it is missing although later ones exist');
}

/** Null where there is none, for whatever reason. */
export async function tryRecord(log: Log, seq: number): Promise<JournalRecord | null> {
  const text = await log.store.get(keys.record(log.target, seq));
  return text === null ? null : parseRecord(log, seq, text);
}

export function parseRecord(log: LogName, seq: number, text: string): JournalRecord {
  const envelope = parseEnvelope(log, seq, text);
  const why = beyondRecord(envelope);
  if (why !== null) throw newerRecord(log, { seq, why });
  const record = inFull(log, envelope);
  const { body } = record;
  if (body.kind === 'opened' && body.plan.target.id !== log.target)
    throw damaged(log, seq, `it belongs to the log of ${body.plan.target.id}`);
  return record;
}

/** With the releases where they belong, as the rest of the engine knows it. */
function inFull(log: LogName, envelope: Envelope): JournalRecord {
  const record = envelope as JournalRecord;
  if (!isPacked(record)) return record;
  try {
    return { ...record, body: unpacked(record.body as unknown as JsonObject) } as JournalRecord;
  } catch (error) {
    throw damaged(log, record.seq, (error as Error).message);
  }
}

const isPacked = ({ v, body }: Pick<JournalRecord, 'v' | 'body'>) =>
  v >= WITH_TABLE && hasTable(body);

/** Whole by its hash, whatever version wrote it: its body may be one that is not understood here. */
export function parseEnvelope(log: LogName, seq: number, text: string): Envelope {
  let record: Envelope;
  try {
    record = JSON.parse(text) as Envelope;
  } catch {
    throw damaged(log, seq, 'it is not JSON');
  }
  if (record?.seq !== seq || !recordIsSound(record, text))
    throw damaged(log, seq, 'its content does not match its hash');
  const { v, body } = record;
  if (
    !(Number.isSafeInteger(v) && v >= 1) ||
    typeof (body as { kind?: unknown } | null)?.kind !== 'string'
  )
    throw damaged(log, seq, 'it is not a record');
  return record;
}

/** A record that somebody else wrote, perhaps a newer version: who holds the target is told by any. */
export async function readEnvelope(log: Log, seq: number): Promise<Envelope> {
  const text = await log.store.get(keys.record(log.target, seq));
  if (text === null) throw prunedRecord(log.target, seq);
  return parseEnvelope(log, seq, text);
}

/** A record with its hash, and the text that it is kept as. */
export function sealed(unhashed: Omit<JournalRecord, 'hash'>): {
  record: JournalRecord;
  text: string;
} {
  const { body } = unhashed;
  const onWire = isPacked(unhashed) ? packed(body as unknown as JsonObject) : body;
  const text = canonicalJson({ ...unhashed, body: onWire });
  const hash = sha256(text);
  const { nonce } = unhashed;
  // Where `hash` comes among the sorted names: right before the last `nonce`.
  const at = text.lastIndexOf(`,"nonce":${JSON.stringify(nonce)},"prev":`);
  return {
    record: { ...unhashed, hash },
    text: `${text.slice(0, at)}${member(hash)}${text.slice(at)}`,
  };
}

/** By its text where that is as it was written, which takes a fraction of the time. */
function recordIsSound(record: Envelope, text: string): boolean {
  const written = member(record.hash);
  const at = text.lastIndexOf(`${written},"nonce":`);
  const without = text.slice(0, at) + text.slice(at + written.length);
  if (at > 0 && sha256(without) === record.hash) return true;
  const { hash, ...rest } = record;
  return hashOf(rest) === hash;
}

const member = (hash: string) => `,"hash":"${hash}"`;
