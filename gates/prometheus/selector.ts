/** One condition on a label, as a selector writes it. */
export interface LabelMatcher {
  readonly label: string;
  readonly is: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

interface SeriesSelector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

const WHOLE = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{([\s\S]*)\})?\s*$/;
const MATCHER =
  /\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)\s*(?:,|$)/y;

/** Null for what is more than a metric and its labels, or written in a way that is not known. */
export function selectorIn(text: string): SeriesSelector | null {
  const [, metric, inside = ''] = WHOLE.exec(text) ?? [];
  if (metric === undefined) return null;
  const matchers: LabelMatcher[] = [];
  for (let at = 0; inside.slice(at).trim() !== ''; at = MATCHER.lastIndex) {
    MATCHER.lastIndex = at;
    const [, label, is, quoted] = MATCHER.exec(inside) ?? [];
    if (label === undefined || quoted === undefined) return null;
    matchers.push({ label, is: is as LabelMatcher['is'], value: unquoted(quoted) });
  }
  return { metric, matchers };
}

const unquoted = (quoted: string) =>
  quoted.startsWith('`') ? quoted.slice(1, -1) : quoted.slice(1, -1).replace(/\\(.)/g, '$1');

/** A series without the label does not have it: a wrong name matches nothing. */
export const wantsLabel = ({ is, value }: LabelMatcher) =>
  value === '' ? is === '!=' : is === '=' || is === '=~';

export const writtenMatcher = ({ label, is, value }: LabelMatcher) =>
  `${label}${is}${JSON.stringify(value)}`;
