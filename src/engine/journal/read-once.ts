import { keys } from './keys.ts';
import type { Log } from './log.ts';

/** Records that are asked for before it is known how far the log goes, by their numbers. */
export type ReadAhead = ReadonlyMap<number, Promise<string | null>>;

/** As many as most deployments have, and the one before, which the first of them follows from. */
const READ_AHEAD = 32;

export function readAhead({ store, target }: Log, from: number): ReadAhead {
  const numbers = Array.from({ length: READ_AHEAD + 1 }, (_, index) => from - 1 + index);
  const asked = numbers
    .filter((seq) => seq > 0)
    .map((seq) => [seq, store.get(keys.record(target, seq))] as const);
  for (const [, answer] of asked) answer.catch(() => {});
  return new Map(asked);
}

/** For one look: no record ever changes, so each is asked for once. One that is not there yet may come. */
export function readOnce({ store, target }: Log, ahead: ReadAhead = new Map()): Log {
  const records = `${keys.log(target)}/`;
  const asked = new Map<string, Promise<string | null>>();
  const early = new Map([...ahead].map(([seq, text]) => [keys.record(target, seq), text]));
  const ask = async (key: string) => (await early.get(key)?.catch(() => null)) ?? store.get(key);
  const get = (key: string): Promise<string | null> => {
    const known = key.startsWith(records) ? asked.get(key) : undefined;
    if (known) return known;
    const answer = ask(key);
    if (!key.startsWith(records)) return answer;
    asked.set(key, answer);
    early.delete(key);
    const forget = () => asked.delete(key);
    answer.then((text) => text === null && forget(), forget);
    return answer;
  };
  return { target, store: { ...store, get } };
}
