import { jsonIn, Refused } from '../kit/numbers/desk.ts';
import { type Found, partly } from '../kit/numbers/found.ts';
import { listOf, partOf } from '../kit/numbers/parts.ts';
import { askProm, type PromDoor, promAnswer } from '../kit/numbers/prom.ts';
import type { Inquiry } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import { withMatcher } from './queries.ts';
import { findsNoStatus, type Telling } from './telling.ts';

/** Who asks, and how: what a look at the series themselves needs. */
interface SeriesLook {
  readonly inquiry: Pick<Inquiry<unknown>, 'window' | 'send' | 'counted'>;
  readonly door: PromDoor;
  /** What has been found out before, and holds. */
  readonly known: Set<string>;
}

/** So long ago may have been the failure by which one knows that failures are seen. */
const LONG = '7d';
/** Enough to see how labels are written. */
const MOST_COMBINATIONS = 50;

/**
 * Requests, and no series of failures: nothing has failed, or failures are looked for where none will
 * ever be. The first is believed where the release's own series have the label that tells failures;
 * where failures of anybody have been seen by it within a week, and only failures have it; or where
 * the user says that `bad` begins with the first failure, as long as nothing contradicts.
 */
export async function doubtOf(
  telling: Telling,
  look: SeriesLook,
  absentMeansNone: boolean,
): Promise<Found | null> {
  const { labels } = telling;
  if (labels === null) {
    const isFine = absentMeansNone || (await areEverSeen(telling, look));
    return isFine ? null : partly(nowhere(telling));
  }
  const [requests = ''] = look.inquiry.counted.candidate;
  if (look.known.has(requests)) return null;
  const own = await combinationsOf(labels, requests, look);
  const wrong = own.length === 0 ? null : wrongWriting(telling, own);
  if (wrong) return wrong;
  if (own.length > 0) {
    look.known.add(requests);
    return null;
  }
  const differs = await differsFromStable(labels, look);
  if (differs) return differs;
  const isSeen = absentMeansNone || (await areEverSeen(telling, look));
  if (!isSeen)
    return partly(`no series of ${excerpt(requests)} has ${labelsNamed(labels)}, ${noneSeen}`);
  return await uneven(labels, requests, look);
}

const wayOut = 'If it begins with the first failure, say absentMeansNone: true';
const noneSeen = `by which failures would be told, and none was counted for ${LONG}: is it called so? ${wayOut}`;

const nowhere = ({ anybodys, metric }: Telling) =>
  `${anybodys ?? metric}, by which failures would be counted, had no series for ${LONG}: is it called so? ${wayOut}`;

async function areEverSeen({ anybodys, metric }: Telling, look: SeriesLook): Promise<boolean> {
  if (look.known.has(metric)) return true;
  const { candidate, stable } = look.inquiry.counted;
  const selectors = anybodys === null ? [candidate[1], stable[1]] : [anybodys];
  const ever = selectors
    .filter((one) => one !== undefined)
    .map((one) => `last_over_time(${one}[${LONG}])`);
  const isSeen = await isAny(look, ever.join(' or '));
  if (isSeen) look.known.add(metric);
  return isSeen;
}

/** Values of these labels, as many combinations as tell how they are written. */
async function combinationsOf(labels: readonly string[], requests: string, look: SeriesLook) {
  const some = `last_over_time(${havingLabels(requests, labels)}[${spanOf(look)}])`;
  return rawSeries(look, `topk(${MOST_COMBINATIONS}, count by (${labels.join(',')}) (${some}))`);
}

function wrongWriting(
  { matchers, metric }: Telling,
  series: readonly SeriesLabels[],
): Found | null {
  for (const matcher of matchers) {
    const seen = series.flatMap((one) => one.get(matcher.label) ?? []);
    if (!findsNoStatus(matcher, seen)) continue;
    const { label, is, value } = matcher;
    return partly(
      `${label} of ${metric} is written as "${excerpt(seen[0] ?? '')}", and ${label}${is}"${value}" finds no status written like that: no failure would ever be counted`,
    );
  }
  return null;
}

/** All requests of stable have the label, and none of the candidate's: it may be called otherwise there. */
async function differsFromStable(
  labels: readonly string[],
  look: SeriesLook,
): Promise<Found | null> {
  const [requests] = look.inquiry.counted.stable;
  if (requests === undefined) return null;
  const all = `last_over_time(${havingLabels(requests, labels)}[1h])`;
  const without = labels.map(
    (name) => `last_over_time(${withMatcher(requests, `${name}=""`)}[1h])`,
  );
  if ((await isAny(look, without.join(' or '))) || !(await isAny(look, all))) return null;
  return partly(
    `all requests of the stable release have ${labelsNamed(labels)}, by which failures are told, and none of the candidate has: is it called otherwise there?`,
  );
}

/** Where only failures have the label, good requests of one release all have the same labels. */
async function uneven(
  labels: readonly string[],
  requests: string,
  look: SeriesLook,
): Promise<Found | null> {
  // The fewest come first: failures are few, and new.
  const all = await rawSeries(
    look,
    `bottomk(${MOST_COMBINATIONS}, last_over_time(${requests}[${spanOf(look)}]))`,
  );
  const names = new Set(all.flatMap((series) => [...series.keys()]));
  const odd = [...names].find((name) => !all.every((series) => series.has(name)));
  if (odd === undefined) return null;
  return partly(
    `only some requests have the label ${excerpt(odd)}, and none has ${labelsNamed(labels)}, by which failures would be told: is it called ${excerpt(odd)}?`,
  );
}

const labelsNamed = (labels: readonly string[]) =>
  labels.length === 1 ? `the label ${labels[0]}` : `the labels ${labels.join(', ')}`;

const havingLabels = (selector: string, labels: readonly string[]) =>
  withMatcher(selector, labels.map((name) => `${name}!=""`).join(','));

const spanOf = ({ inquiry }: SeriesLook) =>
  `${Math.max(1, Math.round(inquiry.window.span / 1000))}s`;

/** A server that does not look back so far has not seen any. */
async function isAny({ inquiry, door }: SeriesLook, query: string): Promise<boolean> {
  try {
    const queries = [`count(${query})`];
    const [any] = await askProm({ ...inquiry, queries, as: 'number' }, door);
    return any?.kind === 'value' && any.value > 0;
  } catch (error) {
    if (error instanceof Refused && error.permanent) return false;
    throw error;
  }
}

type SeriesLabels = ReadonlyMap<string, string>;

async function rawSeries(
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
