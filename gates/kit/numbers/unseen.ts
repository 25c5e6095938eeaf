import type { Window } from '../../../src/contract/index.ts';
import { type CountedAs, type Found, partly } from './found.ts';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
/** What has failed since is in the window, or in the next look. */
const LOOK_HOLDS_MS = 300_000;
/** Of the time that is left of the reading. */
const PART_OF_TIME = 0.8;

/** Which queries for failures have ever found one, and when that was asked last. By the query, names not filled in. */
export interface FailureMemory {
  readonly seen: Set<string>;
  readonly unseen: Map<string, { readonly why: string; readonly until: number }>;
}

export const createFailureMemory = (): FailureMemory => ({ seen: new Set(), unseen: new Map() });

export interface FailureLook {
  readonly as: CountedAs;
  readonly window: Window;
  /** Of `bad`, names not filled in. */
  readonly query: string;
  readonly candidate: readonly Found[];
  readonly stable: readonly Found[];
  readonly signal: AbortSignal;
  left(): number;
  /** The queries for failures of both releases, over a longer time. */
  ask(window: Window, signal: AbortSignal): Promise<readonly Found[]>;
}

/**
 * Requests, and no failure: nothing has failed, or the query looks for failures where none will ever
 * be. It is believed once it has found one within a week, of either release. Null where it is.
 */
export async function unseenFailures(
  look: FailureLook,
  memory: FailureMemory,
): Promise<Found | null> {
  const { as, candidate, stable, query, window } = look;
  if (as !== 'bad' && as !== 'success') return null;
  if ([candidate[1], stable[1]].some(isSome)) memory.seen.add(query);
  if (!isSome(candidate[0]) || !isNone(candidate[1]) || memory.seen.has(query)) return null;
  const before = memory.unseen.get(query);
  const why = before && window.to < before.until ? before.why : await lookedBack(look, memory);
  return why === null
    ? null
    : partly(`${why}: does it look for failures where they are? ${WAY_OUT}`);
}

const WAY_OUT = 'If it does, say absentMeansNone: true';

const isSome = (found: Found | undefined) => found?.kind === 'value' && found.value > 0;
const isNone = (found: Found | undefined) =>
  found === undefined || found.kind === 'nothing' || (found.kind === 'value' && found.value === 0);

async function lookedBack(look: FailureLook, { seen, unseen }: FailureMemory) {
  const { query, window, signal, left, ask } = look;
  // Whole hours, for those that keep the past by the hour.
  const to = Math.ceil(window.to / HOUR_MS) * HOUR_MS;
  const week = { from: to - WEEK_MS, to, span: WEEK_MS, age: window.age };
  const limit = AbortSignal.timeout(Math.max(1, Math.floor(left() * PART_OF_TIME)));
  let why = 'no failure was counted for seven days by `bad`';
  try {
    const answers = await ask(week, AbortSignal.any([signal, limit]));
    if (answers.some(isSome)) {
      seen.add(query);
      return null;
    }
    const trouble = answers.find((one) => 'detail' in one);
    if (trouble && 'detail' in trouble) why = unasked(trouble.detail);
  } catch (error) {
    if (signal.aborted) throw error;
    why = unasked((error as Error).message);
  }
  unseen.set(query, { why, until: window.to + LOOK_HOLDS_MS });
  return why;
}

const unasked = (detail: string) =>
  `no failure is counted, and whether \`bad\` counted any within seven days could not be asked (${detail})`;
