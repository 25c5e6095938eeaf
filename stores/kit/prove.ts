import { type Created, isDeployError, type Store } from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { type StoreLie, storeUnreliable, storeUnusable } from './errors.ts';

const PROBES = 'probe';
const DAY = 24 * 60 * 60 * 1000;

/** What a store may trim, cut off, or take for something else. */
const PROVE_TROUBLE = ' "\\\r\n\t\ufeff\u2028 \u00c5 A\u030a \u{1f600} ';
const LONG_PROBE = `${PROVE_TROUBLE}${'0123456789abcdef'.repeat(4096)}${PROVE_TROUBLE}`;

/**
 * Puts a store to the proof: two writers who want the same key at once, both of whom try again, and
 * what is read back. Everything it wrote is taken away, and what a killed proof left a day ago.
 */
export async function proveStore(store: Store, next: readonly string[]): Promise<void> {
  const name = `${systemClock.wall()}-${systemRandom.name(12)}`;
  const keys = { record: `${PROBES}/${name}-record`, beat: `${PROBES}/${name}-beat` };
  try {
    const lie = await findLie(store, keys).catch((error: Error) => {
      throw isDeployError(error) ? error : storeUnusable(store.url, error, next);
    });
    if (lie) throw storeUnreliable(store.url, lie, next);
  } finally {
    const written = [...Object.values(keys), ...(await proveLeftovers(store))];
    // A store that takes nothing away can keep a journal all the same.
    await Promise.allSettled(written.map((key) => store.remove(key)));
  }
}

type ProbeKeys = { readonly record: string; readonly beat: string };

async function findLie(store: Store, keys: ProbeKeys): Promise<StoreLie | null> {
  const early = await store.get(keys.record);
  if (early !== null)
    return { what: 'returns values that were never written', seen: 'A new key had a value.' };
  const values = [`${LONG_PROBE}1`, `${LONG_PROBE}2`];
  const [answers] = await Promise.all([
    Promise.all(values.map((value) => store.create(keys.record, value))),
    store.put(keys.beat, 'first'),
  ]);
  if (answers.toSorted().join() !== 'created,exists') return notApart(answers);
  const [winner, loser] = answers[0] === 'created' ? values : values.toReversed();
  return findLaterLie(store, keys, [winner as string, loser as string]);
}

async function findLaterLie(
  store: Store,
  { record, beat }: ProbeKeys,
  [winner, loser]: readonly [string, string],
): Promise<StoreLie | null> {
  const [read, again, against] = await Promise.all([
    store.get(record),
    store.create(record, winner),
    store.create(record, loser),
    store.put(beat, 'second'),
  ]);
  const [reread, latest, names] = await Promise.all([
    store.get(record),
    store.get(beat),
    store.list(PROBES),
  ]);
  return (
    changed(winner, read) ??
    notRepeated(again, against) ??
    changed(winner, reread) ??
    changed('second', latest) ??
    notListed([record, beat], names)
  );
}

const notApart = (answers: readonly Created[]): StoreLie => ({
  what: 'lets two writers write the same record',
  seen: `Two conflicting writes were answered with ${answers.join(' and ')}, not with created and exists.`,
});

const notRepeated = (again: Created, against: Created): StoreLie | null =>
  again === 'mine' && against === 'exists'
    ? null
    : {
        what: 'confuses its writers',
        seen: `The first writer repeated its write and got the answer ${again} instead of mine; the other one got ${against} instead of exists.`,
      };

function changed(written: string, read: string | null): StoreLie | null {
  if (read === written) return null;
  if (read === null)
    return {
      what: 'loses values that it acknowledged',
      seen: 'A value that was written was not there.',
    };
  let at = 0;
  while (at < read.length && read[at] === written[at]) at += 1;
  const what = written.startsWith(read) ? 'truncates values' : 'changes values';
  const seen = `Of ${written.length} characters ${read.length} came back, and only the first ${at} as they were.`;
  return { what, seen };
}

function notListed(keys: readonly string[], names: readonly string[]): StoreLie | null {
  const missing = keys.filter((key) => !names.includes(key.slice(PROBES.length + 1)));
  if (missing.length === 0) return null;
  return {
    what: 'lists only some of its values',
    seen: `Of ${keys.length} values that were written, ${missing.length} are missing from its list.`,
  };
}

/** Of proofs that were killed. One that is under way now is left alone, whatever its clock says. */
async function proveLeftovers(store: Store): Promise<string[]> {
  const isOld = (name: string) => Number.parseInt(name, 10) < systemClock.wall() - DAY;
  const names = await store.list(PROBES).catch(() => []);
  return names.filter(isOld).map((name) => `${PROBES}/${name}`);
}
