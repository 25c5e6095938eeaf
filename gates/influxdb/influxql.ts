import type { ExchangeAnswer } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from '../kit/numbers/found.ts';
import { listOf, partOf } from '../kit/numbers/parts.ts';
import { type Inquiry, type Language, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import { influxAccess, influxUrl } from './access.ts';
import type { InfluxdbSettings } from './settings.ts';

/** All statements of both releases in one request, which are answered in their order. */
export const INFLUXQL: Language<InfluxdbSettings> = {
  ...PLAIN,
  quote: (value) => value.replace(/[\\'"]/g, '\\$&').replaceAll('\n', '\\n'),
  access: influxAccess,
  ask: async (inquiry) => {
    const { settings, queries, send } = inquiry;
    const url = influxUrl(settings, '/query', { db: settings.database ?? '', epoch: 'ms' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ q: queries.join(';') }).toString();
    return resultsIn(await send({ url, method: 'POST', headers, body }), inquiry);
  },
};

function resultsIn(answer: ExchangeAnswer, inquiry: Inquiry<unknown>): readonly Found[] {
  const document = jsonIn(answer);
  const results = listOf(document, 'results');
  const { queries } = inquiry;
  const all = (found: Found) => queries.map(() => found);
  const error = partOf(document, 'error');
  if (typeof error === 'string') return all(fault(excerpt(answer.hide(error))));
  // What goes wrong under way ends the answer early.
  const broken = results?.find((one) => typeof partOf(one, 'error') === 'string');
  if (broken) return all(fault(excerpt(answer.hide(String(partOf(broken, 'error'))))));
  if (!results || results.length !== queries.length)
    return all(fault(`it answered ${answer.status} with other results than were asked for`));
  const isInOrder = results.every((one, index) => partOf(one, 'statement_id') === index);
  if (!isInOrder) return all(fault('its results are not in the order of the statements'));
  return results.map((one) => resultFound(one, inquiry));
}

function resultFound(result: unknown, { window }: Inquiry<unknown>): Found {
  const said = listOf(result, 'messages')?.map((one) => String(partOf(one, 'text') ?? one));
  if (said && said.length > 0) return partly(excerpt(said.join('; ')));
  if (partOf(result, 'series') === undefined) return NOTHING_COUNTED;
  const series = listOf(result, 'series');
  if (!series) return fault('it answers with a result without series');
  const [only, ...more] = series;
  if (more.length > 0)
    return partly(`the statement gives ${series.length} series: leave out GROUP BY`);
  const isPartial = partOf(result, 'partial') === true || partOf(only, 'partial') === true;
  if (isPartial) return partly('it gives only a part of its rows');
  const [columns, rows] = [listOf(only, 'columns'), listOf(only, 'values')];
  if (!columns || !rows || columns.length !== 2 || columns[0] !== 'time')
    return fault('the statement has to give one value');
  if (rows.length !== 1) return partly(`the statement gives ${rows.length} rows: aggregate them`);
  const [at, value] = [partOf(rows[0], 0), partOf(rows[0], 1)];
  if (typeof at !== 'number') return fault('a value without its time');
  // An aggregate has the time at which its range begins: one of its own is about other requests.
  if (at >= window.from && at < window.to) return numberFound(value);
  const time = new Date(at);
  const when = Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
  return { kind: 'stale', detail: `its value is of ${when}, outside the window` };
}
