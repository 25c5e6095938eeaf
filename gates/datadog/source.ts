import type { GateSource } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { NO_ACCESS } from '../kit/numbers/access.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from '../kit/numbers/found.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import type { DatadogSettings } from './settings.ts';

/** All queries of both releases stand in one request, as formulas of one query each. */
export function createDatadogSource(sender: Sender): GateSource<DatadogSettings> {
  return numberSource<DatadogSettings>(
    {
      ...PLAIN,
      quote: asTagValue,
      believesNone: ({ absentMeansNone }) => absentMeansNone,
      access: ({ apiKey, applicationKey }) => ({
        ...NO_ACCESS,
        headers: { 'dd-api-key': apiKey, 'dd-application-key': applicationKey },
      }),
      ask: async (inquiry) => {
        const { settings, queries, send } = inquiry;
        const base = settings.address ?? `https://api.${settings.site}`;
        const url = new URL(`${base.replace(/\/+$/, '')}/api/v2/query/scalar`);
        const headers = { 'content-type': 'application/json', accept: 'application/json' };
        const body = JSON.stringify({ data: requestOf(inquiry) });
        return columnsIn(await send({ url, method: 'POST', headers, body }), queries.length);
      },
    },
    sender,
  );
}

/** As Datadog itself writes the values of tags that it is sent. */
function asTagValue(value: string): string {
  return value.toLowerCase().replace(/[^\p{L}\p{N}_\-:./]/gu, '_');
}

const nameOf = (index: number) => `q${index}`;

function requestOf({ settings, queries, window, as }: Inquiry<DatadogSettings>) {
  return {
    type: 'scalar_request',
    attributes: {
      from: window.from,
      to: window.to,
      queries: queries.map((query, index) => ({
        data_source: 'metrics',
        name: nameOf(index),
        query,
        aggregator: as === 'number' ? settings.aggregator : 'sum',
      })),
      formulas: queries.map((_, index) => ({ formula: nameOf(index) })),
    },
  };
}

function columnsIn(answer: ExchangeAnswer, count: number): readonly Found[] {
  const document = jsonIn(answer);
  const all = (found: Found) => Array<Found>(count).fill(found);
  const errors = messageIn(partOf(document, 'errors'));
  if (errors !== null) return all(fault(excerpt(answer.hide(errors))));
  const columns = listOf(document, 'data', 'attributes', 'columns');
  if (!columns) return all(fault(`it answered ${answer.status} without columns`));
  if (columns.some((column) => partOf(column, 'type') === 'group'))
    return all(partly('the query is grouped: take `by {…}` out of it'));
  if (columns.length === 0) return all(NOTHING_COUNTED);
  if (columns.length !== count)
    return all(fault(`it answers ${columns.length} of ${count} queries`));
  return columns.map(columnFound);
}

function columnFound(column: unknown): Found {
  const values = listOf(column, 'values');
  if (partOf(column, 'type') !== 'number' || !values)
    return fault('a column does not hold a number');
  if (values.length > 1) return partly(`the query gives ${values.length} values`);
  return numberFound(values[0]);
}
