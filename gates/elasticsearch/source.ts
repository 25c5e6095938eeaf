import type { GateSource } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, numberFound, partly } from '../kit/numbers/found.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { promQuoted } from '../kit/numbers/prom.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import type { ElasticsearchSettings } from './settings.ts';

/** Counts of both releases stand in one request; no document is sent back. */
export function createElasticsearchSource(sender: Sender): GateSource<ElasticsearchSettings> {
  return numberSource<ElasticsearchSettings>(
    {
      ...PLAIN,
      quote: promQuoted,
      access: ({ headers, auth, tls, apiKey }) => ({
        headers,
        auth,
        tls,
        ...(apiKey === null
          ? {}
          : { authorization: { secret: apiKey, as: (text) => `ApiKey ${text}` } }),
      }),
      ask: async (inquiry) => {
        const { settings, queries, send } = inquiry;
        const base = settings.address.replace(/\/+$/, '');
        const url = new URL(`${base}/${encodeURIComponent(settings.index)}/_msearch`);
        const headers = { 'content-type': 'application/x-ndjson' };
        const lines = queries.flatMap((query) => [{}, searchFor(query, inquiry)]);
        const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        const answer = await send({ url, method: 'POST', headers, body });
        const responses = listOf(jsonIn(answer), 'responses');
        if (responses?.length !== queries.length)
          return queries.map(() => fault(`it answered ${answer.status} without all responses`));
        return responses.map((response) => countIn(response, answer));
      },
    },
    sender,
  );
}

function searchFor(query: string, { settings, window }: Inquiry<ElasticsearchSettings>) {
  const { from, to } = window;
  const times = { gte: from, lt: to, format: 'epoch_millis' };
  return {
    size: 0,
    // Otherwise it stops counting at 10,000.
    track_total_hits: true,
    query: {
      bool: { filter: [{ range: { [settings.time]: times } }, { query_string: { query } }] },
    },
  };
}

function countIn(response: unknown, answer: ExchangeAnswer): Found {
  const error = messageIn(partOf(response, 'error'));
  if (error !== null) return fault(excerpt(answer.hide(error)));
  if (partOf(response, 'timed_out') !== false) return partly('the search did not end in time');
  const failed = partOf(response, '_shards', 'failed');
  if (failed !== 0) return partly(`${String(failed)} shards did not answer`);
  if (partOf(response, 'hits', 'total', 'relation') !== 'eq')
    return partly('not all documents were counted');
  const value = partOf(response, 'hits', 'total', 'value');
  return value === undefined ? fault('it answers without a count') : numberFound(value);
}
