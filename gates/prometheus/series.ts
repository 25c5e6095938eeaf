import { jsonIn } from '../kit/numbers/desk.ts';
import { listOf, partOf } from '../kit/numbers/parts.ts';
import { askProm, type PromDoor, promAnswer } from '../kit/numbers/prom.ts';
import type { Inquiry } from '../kit/numbers/source.ts';
import { withMatcher } from './queries.ts';

/** Who asks, and how: what a look at the series themselves needs. */
export interface SeriesLook {
  readonly inquiry: Pick<Inquiry<unknown>, 'window' | 'send' | 'counted' | 'signal'>;
  readonly door: PromDoor;
  readonly memory: SeriesMemory;
}

/** What one gate has found out before. */
export interface SeriesMemory {
  /** Selectors of requests that have the label by which failures are told. */
  readonly labelled: Set<string>;
  /** Failures of anybody have been counted. */
  isSeen: boolean;
  /** By range: that none was seen that far back, or why nobody could say; not asked again for a while. */
  readonly unseen: Map<string, Unseen>;
}

interface Unseen {
  /** Null: there was none. */
  readonly why: string | null;
  /** Ms, of the ends of windows. */
  readonly from: number;
  readonly until: number;
}

export const noMemory = (): SeriesMemory => ({
  labelled: new Set(),
  isSeen: false,
  unseen: new Map(),
});

/** Throws where the answer is none, or only a part of one. */
export async function isAny({ inquiry, door }: SeriesLook, query: string): Promise<boolean> {
  const queries = [`count(${query})`];
  const [any] = await askProm({ ...inquiry, queries, as: 'number' }, door);
  if (any && 'detail' in any) throw new Error(any.detail);
  return any?.kind === 'value' && any.value > 0;
}

type SeriesLabels = ReadonlyMap<string, string>;

export async function labelsOfSeries(
  { inquiry, door }: SeriesLook,
  query: string,
): Promise<readonly SeriesLabels[]> {
  const answer = await promAnswer(inquiry, door, query);
  const result = listOf(jsonIn(answer), 'data', 'result') ?? [];
  return result.map((series) => {
    const labels = Object.entries(partOf(series, 'metric') ?? {});
    const told = labels.map(([name, value]) => [name, answer.hide(String(value))] as const);
    return new Map(told.filter(([name]) => name !== '__name__'));
  });
}

export const havingLabels = (selector: string, labels: readonly string[]) =>
  withMatcher(selector, labels.map((name) => `${name}!=""`).join(','));

export const spanOf = ({ inquiry }: SeriesLook) =>
  `${Math.max(1, Math.round(inquiry.window.span / 1000))}s`;
