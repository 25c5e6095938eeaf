import type { GateSource, Json } from '../../src/contract/index.ts';
import type { ExchangeAnswer, Sender } from '../kit/exchange.ts';
import { lookUp } from '../kit/json-path.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, numberFound } from '../kit/numbers/found.ts';
import { type Inquiry, numberSource, PLAIN } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import { fillMarked, type JsonQuery, jsonQueryIn, jsonQuestion } from './question.ts';
import type { JsonSettings } from './settings.ts';

/** Each answer is asked for once, whatever numbers are looked for in it. */
export function createJsonSource(sender: Sender): GateSource<JsonSettings> {
  return numberSource<JsonSettings>(
    {
      unit: PLAIN.unit,
      access: PLAIN.access,
      question: jsonQuestion,
      quote: fillMarked,
      ask: (inquiry) => {
        const answers = new Map<string, Promise<ExchangeAnswer>>();
        return Promise.all(
          inquiry.queries.map(jsonQueryIn).map(async (query) => {
            const id = JSON.stringify([query.url, query.body]);
            const answer = answers.get(id) ?? jsonAnswer(query, inquiry);
            answers.set(id, answer);
            return valueAt(query.path, await answer, inquiry);
          }),
        );
      },
    },
    sender,
  );
}

function jsonAnswer(
  { url, body }: JsonQuery,
  { settings, send }: Inquiry<JsonSettings>,
): Promise<ExchangeAnswer> {
  const type = body === null ? {} : { 'content-type': 'application/json' };
  const headers = { accept: 'application/json', ...type };
  return send({ url: new URL(url), method: settings.method, headers, body });
}

async function valueAt(
  path: string,
  answer: ExchangeAnswer,
  { settings, window }: Inquiry<JsonSettings>,
): Promise<Found> {
  const document = jsonIn(answer);
  if (typeof document !== 'object' || document === null)
    return fault(`it answered ${answer.status} with no object or list`);
  const { timestamp, maxAge } = settings;
  if (timestamp !== undefined) {
    const time = await lookUp(document as Json, timestamp);
    const old = ofOtherTime(time, { from: window.to - maxAge, to: window.to + maxAge });
    if (old) return old;
  }
  const found = await lookUp(document as Json, path);
  // JMESPath finds nothing where a key is missing, and an empty list where a filter lets none pass.
  const isNone = Array.isArray(found) && found.length === 0;
  if (found === null || isNone)
    return fault(`nothing stands at ${path} in its answer: ${excerpt(answer.hide(answer.body))}`);
  return numberFound(found);
}

function ofOtherTime(time: Json, { from, to }: { from: number; to: number }): Found | null {
  const at = typeof time === 'string' ? Date.parse(time) : inMs(time);
  if (!Number.isFinite(at)) return fault('a value without its time');
  if (at >= from && at <= to) return null;
  return { kind: 'stale', detail: `its numbers are of ${new Date(at).toISOString()}` };
}

/** Seconds since 1970 stay below this until far in the future, and milliseconds do not. */
const MOST_SECONDS = 1e11;
const inMs = (time: Json) =>
  typeof time === 'number' ? (time < MOST_SECONDS ? time * 1000 : time) : Number.NaN;
