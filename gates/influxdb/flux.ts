import type { ExchangeAnswer } from '../kit/exchange.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from '../kit/numbers/found.ts';
import { promQuoted } from '../kit/numbers/prom.ts';
import { type Inquiry, type Language, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import { influxAccess, influxUrl } from './access.ts';
import { type CsvRow, csvRowsIn } from './csv.ts';
import type { InfluxdbSettings } from './settings.ts';

/** One request for each script: those of several cannot be told from parts of one. */
export const FLUX: Language<InfluxdbSettings> = {
  ...PLAIN,
  // Inside the quotes of Flux, ${…} is read as code.
  quote: (value) => promQuoted(value).replaceAll('${', '\\${'),
  access: influxAccess,
  ask: ({ settings, queries, window, send }) =>
    Promise.all(
      queries.map(async (query) => {
        const url = influxUrl(settings, '/api/v2/query', { org: settings.org ?? '' });
        const headers = { 'content-type': 'application/json', accept: 'application/csv' };
        const dialect = { header: true, annotations: [], delimiter: ',' };
        const body = JSON.stringify({ type: 'flux', query, dialect });
        return rowIn(await send({ url, method: 'POST', headers, body }), window);
      }),
    ),
};

function rowIn(answer: ExchangeAnswer, window: Inquiry<unknown>['window']): Found {
  const rows = csvRowsIn(answer.body);
  if (!rows) return fault('its answer breaks off');
  // What goes wrong under way comes as a table of its own, behind the status of success.
  const error = rows.map((row) => row.get('error')).find((text) => text !== undefined);
  if (error !== undefined) return fault(excerpt(answer.hide(error)));
  const [row, ...more] = rows;
  if (more.length > 0)
    return partly(`the script gives ${rows.length} rows: aggregate with group() and sum()`);
  if (!row) return answer.body.trim() === '' ? NOTHING_COUNTED : noRow(answer);
  const value = row.get('_value');
  if (value === undefined) return noRow(answer);
  return ofAnotherTime(row, window) ?? numberFound(value === '' ? null : value);
}

const noRow = ({ body, hide }: ExchangeAnswer) =>
  fault(`it answers with no _value: ${excerpt(hide(body))}`);

/** A script with a range of its own is about other requests than those of the window. */
function ofAnotherTime(row: CsvRow, { from, to }: Inquiry<unknown>['window']): Found | null {
  for (const name of ['_start', '_stop', '_time']) {
    const text = row.get(name);
    if (text === undefined || text === '') continue;
    const at = Date.parse(text);
    if (at >= from && at <= to) continue;
    return { kind: 'stale', detail: `its ${name} is ${excerpt(text)}, outside the window` };
  }
  return null;
}
