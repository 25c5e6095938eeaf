import type { Row } from '../rig.ts';
import type { Cost } from './meter.ts';

/** What one tool took for one version, good or bad. */
export interface Figures extends Cost {
  /** Ms until nothing but the new version answered, or nothing of the bad one. */
  readonly traffic: number;
  /** Ms until the tool said that it is done. */
  readonly done: number;
  /** Ms until no pod of the old version was left; null where it stays, or stayed for too long. */
  readonly gone: number | null;
  readonly calls: number;
  readonly failed: number;
  readonly requests: number;
}

type All = ReadonlyMap<string, Figures>;

/** A controller is there all the time, a command as long as it deploys. */
const HOUR = 3_600_000;

export const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

/** How ours stands beside the others of the same run; nothing where none of them ran. */
export function goalsOf(ours: string, { good, bad }: { readonly good: All; readonly bad: All }) {
  return [...goodGoals(ours, good), ...badGoals(ours, bad)];
}

function goodGoals(ours: string, all: All): readonly Row[] {
  const { own, others } = parted(ours, all);
  if (!own || others.length === 0) return [];
  const fastest = Math.min(...others.map(({ traffic }) => traffic));
  const cleanest = Math.min(...others.map(({ gone }) => gone ?? Infinity));
  const least = Math.min(...others.map(({ memory }) => memory));
  const hourly = (own.memory * own.done) / HOUR;
  return [
    ratio('all of the traffic is on the new version', own.traffic, { of: fastest, most: 1 }),
    ...(own.gone === null || cleanest === Infinity
      ? []
      : [ratio('nothing of the old version is left', own.gone, { of: cleanest, most: 1 })]),
    unfailed('a good version', own),
    {
      what: 'memory, in the middle of an hour with one such deployment',
      measured: `${hourly.toFixed(1)} MB (${Math.round(own.memory)} MB while it deploys), ${Math.round(least)} MB`,
      goal: '≤ 0.2 × the smallest of the others',
      holds: hourly <= least / 5,
    },
  ];
}

function badGoals(ours: string, all: All): readonly Row[] {
  const { own, others } = parted(ours, all);
  if (!own || others.length === 0) return [];
  const fastest = Math.min(...others.map(({ traffic }) => traffic));
  return [
    ratio('a bad version is off the traffic', own.traffic, { of: fastest, most: 0.5 }),
    unfailed('a bad version', own),
  ];
}

function parted(ours: string, all: All) {
  const others = [...all].flatMap(([name, one]) => (name === ours ? [] : [one]));
  return { own: all.get(ours), others };
}

const ratio = (
  what: string,
  own: number,
  { of, most }: { readonly of: number; readonly most: number },
): Row => ({
  what,
  measured: `${seconds(own)}, ${seconds(of)}: ${(own / of).toFixed(2)}`,
  goal: `≤ ${most.toFixed(1)} × the faster of the others`,
  holds: own <= most * of,
});

const unfailed = (run: string, { failed, requests }: Figures): Row => ({
  what: `requests that failed under ${run}`,
  measured: `${failed} of ${requests}`,
  goal: '0',
  holds: failed === 0,
});
