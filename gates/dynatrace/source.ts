import type { GateSource } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, partly } from '../kit/numbers/found.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { within } from '../kit/numbers/points.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import type { DynatraceSettings } from './settings.ts';

const SLOT = 60_000;

/** One request for each selector: an answer does not say which of several it belongs to. */
export function createDynatraceSource(sender: Sender): GateSource<DynatraceSettings> {
  return numberSource<DynatraceSettings>(
    {
      ...PLAIN,
      // Inside the quotes of a selector, ~ takes their meaning from characters.
      quote: (value) => value.replace(/["~]/g, '~$&'),
      access: ({ headers, auth, tls, token }) => ({
        headers,
        auth,
        tls,
        authorization: { secret: token, as: (text) => `Api-Token ${text}` },
      }),
      ask: ({ settings, queries, window, send }) =>
        Promise.all(
          queries.map(async (query) => {
            const url = new URL(`${settings.address.replace(/\/+$/, '')}/api/v2/metrics/query`);
            url.search = new URLSearchParams({
              metricSelector: query,
              from: String(window.from),
              to: String(window.to),
              resolution: 'Inf',
            }).toString();
            const headers = { accept: 'application/json' };
            return valueIn(await send({ url, method: 'GET', headers, body: null }), window);
          }),
        ),
    },
    sender,
  );
}

function valueIn(answer: ExchangeAnswer, window: Inquiry<unknown>['window']): Found {
  const document = jsonIn(answer);
  const results = listOf(document, 'result');
  if (!results) return fault(`it answered ${answer.status} without results`);
  const warning = [document, ...results]
    .map((one) => messageIn(listOf(one, 'warnings')))
    .find((text) => text !== null);
  if (warning) return partly(excerpt(answer.hide(warning)));
  if ((partOf(document, 'nextPageKey') ?? null) !== null)
    return partly('its answer has more pages: aggregate with splitBy()');
  const series = results.flatMap((result) => listOf(result, 'data') ?? [null]);
  if (series.length > 1)
    return partly(`the selector gives ${series.length} series: aggregate with splitBy()`);
  return series.length === 0 ? NOTHING_COUNTED : dynatraceSeriesFound(series[0], window);
}

/** Moments are the ends of slots; that of the last may lie behind the window, never before it. */
function dynatraceSeriesFound(
  series: unknown,
  { from, to, ...rest }: Inquiry<unknown>['window'],
): Found {
  const times = listOf(series, 'timestamps');
  const values = listOf(series, 'values');
  if (!times || !values || times.length !== values.length)
    return fault('it answers with a series without times or values');
  if (times.length > 1) return partly(`the selector gives ${times.length} values, not one number`);
  const points = times.map((at, index) => ({ at, value: values[index] }));
  return within(points, { ...rest, from, to: to + SLOT }, 'last');
}
