import { type Found, partly } from '../kit/numbers/found.ts';
import { excerpt } from '../kit/reading.ts';
import { withMatcher } from './queries.ts';
import { unseenWords } from './seen.ts';
import { havingLabels, isAny, labelsOfSeries, type SeriesLook, spanOf } from './series.ts';
import { findsNoStatus, speaksOfStatus, type Telling } from './telling.ts';

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
  const whyUnseen = async () => (absentMeansNone ? null : unseenWords(telling, look));
  if (labels === null) return unlessSeen(nowhere(telling), await whyUnseen());
  const [requests = ''] = look.inquiry.counted.candidate;
  if (look.memory.labelled.has(requests)) return null;
  const own = await combinationsOf(labels, requests, look);
  const wrong = wrongWriting(telling, own);
  if (wrong)
    return wrong.isFinal ? partly(wrong.words) : unlessSeen(wrong.words, await whyUnseen());
  if (own.length > 0) {
    look.memory.labelled.add(requests);
    return null;
  }
  const differs = await differsFromStable(labels, look);
  if (differs) return differs;
  const lacking = `no series of ${excerpt(requests)} has ${labelsNamed(labels)}, by which failures would be told`;
  const doubt = unlessSeen(lacking, await whyUnseen());
  if (doubt) return doubt;
  return await uneven(labels, requests, look);
}

const wayOut = 'If it begins with the first failure, say absentMeansNone: true';

const unlessSeen = (words: string, whyUnseen: string | null): Found | null =>
  whyUnseen === null ? null : partly(`${words}, and ${whyUnseen}: is it called so? ${wayOut}`);

const nowhere = ({ anybodys, metric }: Telling) =>
  `failures would be counted by ${anybodys ?? metric}`;

/** Values of these labels, as many combinations as tell how they are written. */
async function combinationsOf(labels: readonly string[], requests: string, look: SeriesLook) {
  const some = `last_over_time(${havingLabels(requests, labels)}[${spanOf(look)}])`;
  return labelsOfSeries(
    look,
    `topk(${MOST_COMBINATIONS}, count by (${labels.join(',')}) (${some}))`,
  );
}

/** A status in another writing is never found; what is no status may yet come with the first failure. */
function wrongWriting(
  { matchers, metric }: Telling,
  series: readonly ReadonlyMap<string, string>[],
): { readonly words: string; readonly isFinal: boolean } | null {
  const seenOf = (label: string) => series.flatMap((one) => one.get(label) ?? []);
  const odd = matchers.filter((matcher) => findsNoStatus(matcher, seenOf(matcher.label)));
  const matcher = odd.find(speaksOfStatus) ?? odd[0];
  if (!matcher) return null;
  const { label, is, value } = matcher;
  const written = `${label} of ${metric} is written as "${excerpt(seenOf(label)[0] ?? '')}", and ${label}${is}"${value}" finds no status written like that`;
  if (!speaksOfStatus(matcher)) return { words: written, isFinal: false };
  return { words: `${written}: no failure would ever be counted`, isFinal: true };
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
  const all = await labelsOfSeries(
    look,
    `bottomk(${MOST_COMBINATIONS}, last_over_time(${requests}[${spanOf(look)}]))`,
  );
  const names = new Set(all.flatMap((series) => [...series.keys()]));
  const odd = [...names].filter((name) => !all.every((series) => series.has(name)));
  for (const name of odd) {
    if (await isUnevenAtStable(name, look)) continue;
    return partly(
      `only some requests have the label ${excerpt(name)}, and none has ${labelsNamed(labels)}, by which failures would be told: is it called ${excerpt(name)}?`,
    );
  }
  return null;
}

const PLAIN_NAME = /^[a-zA-Z_]\w*$/;

/** An empty value is no label: a tenant that guests do not have is on some requests of every release. */
async function isUnevenAtStable(name: string, look: SeriesLook): Promise<boolean> {
  const [requests] = look.inquiry.counted.stable;
  if (requests === undefined || !PLAIN_NAME.test(name)) return false;
  const both = ['=', '!='].map(
    (is) => `count(last_over_time(${withMatcher(requests, `${name}${is}""`)}[1h]))`,
  );
  return isAny(look, both.join(' and '));
}

const labelsNamed = (labels: readonly string[]) =>
  labels.length === 1 ? `the label ${labels[0]}` : `the labels ${labels.join(', ')}`;
