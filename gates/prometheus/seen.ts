import { Refused } from '../kit/numbers/desk.ts';
import { isAny, type SeriesLook } from './series.ts';
import type { Telling } from './telling.ts';

/** Most have failed lately: only where nothing did does the server read a week of samples. */
const RANGES = ['1h', '1d', '7d'] as const;
const LONG = '7d';

const MINUTE_MS = 60_000;
/** What is counted from then on lies within the shortest range, which is asked each time. */
const NONE_HOLDS_MS = 5 * MINUTE_MS;
const TROUBLE_HOLDS_MS = MINUTE_MS;

/** Null where a failure of anybody has been counted within a week; otherwise what is known instead. */
export async function unseenWords(telling: Telling, look: SeriesLook): Promise<string | null> {
  const { memory } = look;
  if (memory.isSeen) return null;
  const selectors = selectorsOf(telling, look);
  for (const range of RANGES) {
    const why = await whyUnseen(range, selectors, look);
    if (why === SEEN) {
      memory.isSeen = true;
      return null;
    }
    if (why !== null) return `whether any was counted within ${range} could not be asked (${why})`;
  }
  return `none was counted for ${LONG}`;
}

const SEEN = Symbol('seen');

async function whyUnseen(
  range: string,
  selectors: readonly string[],
  look: SeriesLook,
): Promise<typeof SEEN | string | null> {
  const { inquiry, memory } = look;
  const { to } = inquiry.window;
  const before = memory.unseen.get(range);
  if (before && before.from <= to && to < before.until) return before.why;
  const remember = (why: string | null, holds: number) => {
    if (range !== RANGES[0]) memory.unseen.set(range, { why, from: to, until: to + holds });
    return why;
  };
  try {
    const ever = selectors.map((one) => `last_over_time(${one}[${range}])`);
    return (await isAny(look, ever.join(' or '))) ? SEEN : remember(null, NONE_HOLDS_MS);
  } catch (error) {
    if (inquiry.signal.aborted) throw error;
    const isFinal = error instanceof Refused && error.permanent;
    return remember((error as Error).message, isFinal ? NONE_HOLDS_MS : TROUBLE_HOLDS_MS);
  }
}

function selectorsOf({ anybodys }: Telling, { inquiry }: SeriesLook): readonly string[] {
  const { candidate, stable } = inquiry.counted;
  const selectors = anybodys === null ? [candidate[1], stable[1]] : [anybodys];
  return selectors.filter((one) => one !== undefined);
}
