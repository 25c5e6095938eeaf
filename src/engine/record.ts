import type { JournalRecord, RecordBody, Store } from '../contract/index.ts';
import { canonicalJson, hashOf, sha256 } from '../lib/canonical.ts';
import { damaged } from './damage.ts';
import { floorOf, prunedRecord } from './floor.ts';
import { keys } from './keys.ts';

export async function readRecord(
  store: Store,
  target: string,
  seq: number,
): Promise<JournalRecord> {
  const record = await keptRecord(store, target, seq);
  if (record) return record;
  throw prunedRecord(target, seq);
}

/** Null for one that was pruned; one that was lost is refused. */
export async function keptRecord(
  store: Store,
  target: string,
  seq: number,
): Promise<JournalRecord | null> {
  const record = await tryRecord(store, target, seq);
  if (record !== null || seq < (await floorOf(store, target))) return record;
  throw damaged(store, target, seq, 'it is missing although later ones exist');
}

/** Null where there is none, for whatever reason. */
export async function tryRecord(
  store: Store,
  target: string,
  seq: number,
): Promise<JournalRecord | null> {
  const text = await store.get(keys.record(target, seq));
  return text === null ? null : parseRecord(store, target, seq, text);
}

export function parseRecord(
  store: Pick<Store, 'url'>,
  target: string,
  seq: number,
  text: string,
): JournalRecord {
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
  if (record.seq !== seq || !isSound(record, text))
    throw damaged(store, target, seq, 'its content does not match its hash');
  const { body } = record;
  if (!Object.hasOwn(KINDS, String(body?.kind)))
    throw damaged(
      store,
      target,
      seq,
      `this deployctl knows no ${JSON.stringify(body?.kind)} records`,
    );
  if (body.kind === 'opened' && body.plan.target.id !== target)
    throw damaged(store, target, seq, `it is of the log of ${body.plan.target.id}`);
  return record;
}

/** One that is not understood must not be passed over: whoever wrote it may hold the target. */
const KINDS: Readonly<Record<RecordBody['kind'], true>> = {
  opened: true,
  taken: true,
  step: true,
  gates: true,
  control: true,
  turned: true,
  paused: true,
  ended: true,
};

/** A record with its hash, and the text that it is kept as. */
export function sealed(unhashed: Omit<JournalRecord, 'hash'>): {
  record: JournalRecord;
  text: string;
} {
  const text = canonicalJson(unhashed);
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
function isSound(record: JournalRecord, text: string): boolean {
  const written = member(record.hash);
  const at = text.lastIndexOf(`${written},"nonce":`);
  const without = text.slice(0, at) + text.slice(at + written.length);
  if (at > 0 && sha256(without) === record.hash) return true;
  const { hash, ...rest } = record;
  return hashOf(rest) === hash;
}

const member = (hash: string) => `,"hash":"${hash}"`;
