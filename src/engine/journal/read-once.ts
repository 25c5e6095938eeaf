import { keys } from './keys.ts';
import type { Log } from './log.ts';

/** For one look: no record ever changes, so each is asked for once. One that is not there yet may come. */
export function readOnce({ store, target }: Log): Log {
  const records = `${keys.log(target)}/`;
  const asked = new Map<string, Promise<string | null>>();
  const get = (key: string): Promise<string | null> => {
    const known = key.startsWith(records) ? asked.get(key) : undefined;
    if (known) return known;
    const answer = store.get(key);
    if (!key.startsWith(records)) return answer;
    asked.set(key, answer);
    const forget = () => asked.delete(key);
    answer.then((text) => text === null && forget(), forget);
    return answer;
  };
  return { target, store: { ...store, get } };
}
