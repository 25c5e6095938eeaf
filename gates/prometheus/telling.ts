import { type LabelMatcher, selectorIn, wantsLabel, writtenMatcher } from './selector.ts';

/** How failures are told from other requests. */
export interface Telling {
  /**
   * Selector of failures of whatever release, with all that is no release's own; null where `bad` is
   * written in a way that is not known.
   */
  readonly anybodys: string | null;
  /** Names of labels that only failures are told by; null where another metric counts them. */
  readonly labels: readonly string[] | null;
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** Null where a name that is wrong would match all requests, which nobody takes for good news. */
export function tellingOf(total: string, bad: string): Telling | null {
  const [all, failed] = [selectorIn(total), selectorIn(bad)];
  if (!failed) return { anybodys: null, labels: null, metric: bad, matchers: [] };
  const { metric } = failed;
  const known = new Set(all?.matchers.map(writtenMatcher));
  const own = failed.matchers.filter((matcher) => !known.has(writtenMatcher(matcher)));
  const wanting = own.filter(wantsLabel);
  const isOther = all?.metric !== metric;
  if (!isOther && wanting.length === 0) return null;
  const anybodys = failed.matchers.flatMap((matcher) => {
    if (!matcher.value.includes('{{')) return [writtenMatcher(matcher)];
    return wantsLabel(matcher) ? [`${matcher.label}!=""`] : [];
  });
  return {
    anybodys: `${metric}{${[...new Set(anybodys)].join(',')}}`,
    labels: isOther ? null : [...new Set(wanting.map(({ label }) => label))],
    metric,
    matchers: wanting,
  };
}

const STATUS = /^[1-5]\d\d$/;
const CLASS = /^[1-5](xx|XX)$/;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => String(from + at));
/** As proxies write it where there was no answer at all. */
const NO_ANSWER = ['0', '000'];
const FAILED_STATUSES = [...numbers(100, 200), ...numbers(300, 600), ...NO_ANSWER];

/**
 * Whether the values of the label are statuses of HTTP, none of which the matcher would ever find:
 * `code=~"5xx"` where 500 is written. Other values say nothing about how a failure is written.
 */
export function findsNoStatus(matcher: LabelMatcher, seen: readonly string[]): boolean {
  if (seen.length === 0) return false;
  if (seen.every((value) => STATUS.test(value))) return !finds(matcher, FAILED_STATUSES);
  if (!seen.every((value) => CLASS.test(value))) return false;
  const ending = seen[0]?.slice(1) ?? '';
  return !finds(
    matcher,
    ['1', '3', '4', '5'].map((first) => first + ending),
  );
}

const EVERY_STATUS = ['1', '2', '3', '4', '5'].flatMap((first) => [
  ...numbers(Number(first) * 100, Number(first) * 100 + 100),
  `${first}xx`,
  `${first}XX`,
]);

/** Statuses of HTTP are looked for, in whatever writing, a pattern taken for a text included. */
export const speaksOfStatus = (matcher: LabelMatcher) =>
  finds({ ...matcher, is: '=~' }, EVERY_STATUS);

function finds({ is, value }: LabelMatcher, texts: readonly string[]): boolean {
  if (is === '=') return texts.includes(value);
  if (is !== '=~') return true;
  try {
    const pattern = new RegExp(`^(?:${value})$`, 's');
    return texts.some((text) => pattern.test(text));
  } catch {
    // Theirs is another dialect; what it means is for the server to say.
    return true;
  }
}
