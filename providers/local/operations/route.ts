import type { Match } from '../../../src/contract/index.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { present } from '../home/desired.ts';
import { routed, sameSplit } from '../home/split.ts';
import { LOCAL_DONE, type LocalOperation, localPending } from './operation.ts';

export const route: LocalOperation<'route'> = {
  change: (desired, { split, match }) => {
    for (const id of routed(split)) present(desired, id);
    if (match) present(desired, match.release);
    return { ...desired, split, match, replacing: null };
  },
  difference: ({ split, match, replacing }, operation) => {
    const agrees =
      !replacing && sameSplit(split, operation.split) && sameMatch(match, operation.match);
    if (agrees) return null;
    return { expected: operation.split, found: replacing ? { ...replacing } : split };
  },
  verify: ({ applied, replicas }, { split, match }) => {
    if (!applied) return localPending('waiting for the edge');
    if (!sameSplit(applied.split, split) || !sameMatch(applied.match, match))
      return localPending('the edge still routes as before');
    const dry = routed(split).find(
      (id) => !replicas.some(({ release, state }) => release === id && state === 'ready'),
    );
    return dry ? localPending(`no replica of ${dry} is ready`) : LOCAL_DONE;
  },
};

function sameMatch(a: Match | null, b: Match | null): boolean {
  return hashOf(a) === hashOf(b);
}
