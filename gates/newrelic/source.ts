import type { GateSource } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { NO_ACCESS } from '../kit/numbers/access.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from '../kit/numbers/found.ts';
import { backslashed } from '../kit/numbers/names.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import type { NewrelicSettings } from './settings.ts';

const ADDRESSES = {
  us: 'https://api.newrelic.com/graphql',
  eu: 'https://api.eu.newrelic.com/graphql',
} as const;

/** All queries of both releases are fields of one request. */
export function createNewrelicSource(sender: Sender): GateSource<NewrelicSettings> {
  return numberSource<NewrelicSettings>(
    {
      ...PLAIN,
      quote: backslashed,
      believesNone: ({ absentMeansNone }) => absentMeansNone,
      access: ({ apiKey }) => ({ ...NO_ACCESS, headers: { 'api-key': apiKey } }),
      ask: async (inquiry) => {
        const { settings, queries, send } = inquiry;
        const url = new URL(settings.address ?? ADDRESSES[settings.region]);
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify(documentOf(inquiry));
        return rowsIn(await send({ url, method: 'POST', headers, body }), queries.length);
      },
    },
    sender,
  );
}

/** Queries go as variables, so that nothing in them is read as GraphQL. */
function documentOf({ settings, queries, window }: Inquiry<NewrelicSettings>) {
  const each = queries.map((_, index) => index);
  const declared = each.map((index) => `$q${index}:Nrql!`).join(',');
  const fields = each.map((index) => `r${index}:nrql(query:$q${index}){results}`).join(' ');
  const times = `SINCE ${window.from} UNTIL ${window.to}`;
  return {
    query: `query($account:Int!,${declared}){actor{account(id:$account){${fields}}}}`,
    variables: {
      account: settings.account,
      ...Object.fromEntries(queries.map((query, index) => [`q${index}`, `${query} ${times}`])),
    },
  };
}

function rowsIn(answer: ExchangeAnswer, count: number): readonly Found[] {
  const document = jsonIn(answer);
  const errors = messageIn(partOf(document, 'errors'));
  const account = partOf(document, 'data', 'actor', 'account');
  if (errors !== null) return Array(count).fill(fault(excerpt(answer.hide(errors))));
  return Array.from({ length: count }, (_, index) =>
    rowFound(listOf(account, `r${index}`, 'results')),
  );
}

function rowFound(rows: unknown[] | null): Found {
  if (!rows) return fault('it answers without results');
  if (rows.length === 0) return NOTHING_COUNTED;
  if (rows.length > 1) return partly(`the query gives ${rows.length} rows, not one number`);
  return onlyNumber(rows[0]);
}

/** `{count: 5}`, or `{"percentile.duration": {"99": 5}}`. */
function onlyNumber(row: unknown, depth = 0): Found {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return depth === 0 ? fault('it answers with a row that is not an object') : numberFound(row);
  const values = Object.values(row);
  if (values.length !== 1) return partly(`the query gives ${values.length} values, not one number`);
  const [value] = values;
  return depth === 0 ? onlyNumber(value, 1) : numberFound(value);
}
