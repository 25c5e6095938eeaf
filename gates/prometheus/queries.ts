import type { NumberQuestion } from '../kit/numbers/source.ts';
import { writtenOut } from './ready-made.ts';
import type { PrometheusSettings } from './settings.ts';

/**
 * How the numbers of one release are asked for. `newborn`: series that began inside the window count
 * from nothing, not from their first sample.
 */
export function questionOf(settings: PrometheusSettings, newborn: boolean): NumberQuestion {
  const { total, bad, histogram, slowerThan, query = '', ...more } = writtenOut(settings);
  const count = newborn ? countOfNewborn : countOf;
  if (total !== undefined && bad !== undefined)
    return {
      queries: [count(total), count(bad)],
      counted: [total, bad],
      as: more.good ? 'success' : 'bad',
    };
  if (histogram !== undefined && slowerThan !== undefined) {
    const bound = (slowerThan * (more.perSecond ?? 1)) / 1000;
    return {
      // Bad are those that the bucket up to the bound does not hold.
      queries: [
        count(withMatcher(histogram, 'le="+Inf"')),
        // Older servers write 1 where newer ones write 1.0.
        count(withMatcher(histogram, `le=~"${boundForms(bound).join('|')}"`)),
      ],
      as: 'slow',
    };
  }
  return { queries: [query], as: 'number' };
}

const countOf = (selector: string) => `sum(increase(${selector}[{{window}}]))`;

/** A counter that is first scraped at 50 has counted 50, and `increase` says 0. */
function countOfNewborn(selector: string): string {
  const old = `(${selector} offset {{window}})`;
  const grown = `sum(increase(${selector}[{{window}}]) and ${old})`;
  const born = `sum(${selector} unless ${old})`;
  return `((${grown} or vector(0)) + (${born} or vector(0))) and on() count(${selector})`;
}

export function withMatcher(selector: string, matcher: string): string {
  const open = selector.indexOf('{');
  if (open < 0) return `${selector}{${matcher}}`;
  const rest = selector.slice(open + 1);
  const comma = /^\s*\}/.test(rest) ? '' : ',';
  return `${selector.slice(0, open + 1)}${matcher}${comma}${rest}`;
}

function boundForms(bound: number): readonly string[] {
  const plain = String(bound).replaceAll('.', '\\\\.');
  return Number.isInteger(bound) ? [plain, `${plain}\\\\.0`] : [plain];
}
