import type { GateSource } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, partly } from '../kit/numbers/found.ts';
import { listOf, partOf } from '../kit/numbers/parts.ts';
import { type Point, within } from '../kit/numbers/points.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import type { GraphiteSettings } from './settings.ts';

/** All targets of both releases stand in one request, each under a name of ours. */
export function createGraphiteSource(sender: Sender): GateSource<GraphiteSettings> {
  return numberSource<GraphiteSettings>(
    {
      ...PLAIN,
      // What would be another part of a path, or end it, stands as _ in paths.
      quote: (value) => value.replace(/[^\w-]/g, '_'),
      ask: async (inquiry) => {
        const { settings, queries, window, send } = inquiry;
        const form = new URLSearchParams();
        for (const [index, query] of queries.entries())
          form.append('target', `alias(${query},"${aliasOf(index)}")`);
        // Given are buckets that begin after `from`, and not after `until`.
        form.set('from', String(window.from / 1000 - 1));
        form.set('until', String(window.to / 1000 - 1));
        form.set('format', 'json');
        const url = new URL(`${settings.address.replace(/\/+$/, '')}/render`);
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        return seriesIn(
          await send({ url, method: 'POST', headers, body: form.toString() }),
          inquiry,
        );
      },
    },
    sender,
  );
}

const aliasOf = (index: number) => `deployctl.${index}`;

function seriesIn(answer: ExchangeAnswer, inquiry: Inquiry<GraphiteSettings>): readonly Found[] {
  const document = jsonIn(answer);
  const { queries, window, as, settings } = inquiry;
  const all = (found: Found) => queries.map(() => found);
  if (!Array.isArray(document)) return all(fault(`it answered ${answer.status} without series`));
  const names = document.map((series) => partOf(series, 'target'));
  const isOurs = (name: unknown) => queries.some((_, index) => aliasOf(index) === name);
  if (!names.every(isOurs)) return all(fault('it answers with a series that was not asked for'));
  return queries.map((_, index) => {
    const own = document.filter((_series, at) => names[at] === aliasOf(index));
    if (own.length > 1)
      return partly(`the target gives ${own.length} series: aggregate them with sumSeries()`);
    if (own.length === 0) return NOTHING_COUNTED;
    const points = pointsOf(own[0]);
    if (!points) return fault('it answers with a series without values');
    return within(points, window, as === 'number' ? settings.combine : 'sum');
  });
}

/** `[value, seconds]`, in this order. */
function pointsOf(series: unknown): readonly Point[] | null {
  const points = listOf(series, 'datapoints');
  if (!points) return null;
  return points.map((point) => {
    const seconds = partOf(point, 1);
    const at = typeof seconds === 'number' ? seconds * 1000 : seconds;
    return { at, value: partOf(point, 0) };
  });
}
