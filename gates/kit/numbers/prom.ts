import type { ExchangeAnswer } from '../exchange.ts';
import { excerpt } from '../reading.ts';
import type { SentHeaders } from '../secrets.ts';
import { jsonIn, Refused } from './desk.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from './found.ts';
import { listOf, messageIn, partOf } from './parts.ts';
import { atMoment } from './points.ts';
import type { Inquiry } from './source.ts';

/** Marks in one answer which query a series answers. */
const QUERY_MARK = 'deployctl';

export interface PromDoor {
  /** The whole URL of the query, such as …/api/v1/query. */
  readonly url: string;
  readonly headers?: SentHeaders;
  readonly form?: Readonly<Record<string, string>>;
  /** Whether several queries can be asked as one, so that they see the same instant. */
  readonly together: boolean;
}

/** Asks at the moment when the window ended. */
export async function askProm(
  inquiry: Pick<Inquiry<unknown>, 'queries' | 'window' | 'send' | 'as'>,
  door: PromDoor,
): Promise<readonly Found[]> {
  const { queries, window, as } = inquiry;
  const ask = async (query: string) => resultIn(await promAnswer(inquiry, door, query));
  // What people write may be a scalar, which cannot be marked.
  if (as === 'number' || !door.together) {
    const answers = await Promise.all(queries.map(ask));
    return answers.map((result) => oneValue(result, window));
  }
  const marked = queries.map(
    (query, index) => `label_replace(${query}, "${QUERY_MARK}", "${index}", "", "")`,
  );
  const result = checkMarks(await ask(marked.join(' or ')), queries.length);
  return queries.map((_, index) => oneValue(ofMark(result, String(index)), window));
}

/** By POST, because of long queries; what lets only GET through is asked again that way. */
export async function promAnswer(
  { window, send }: Pick<Inquiry<unknown>, 'window' | 'send'>,
  door: PromDoor,
  query: string,
): Promise<ExchangeAnswer> {
  const form = new URLSearchParams({ query, time: String(window.to / 1000), ...door.form });
  const url = new URL(door.url);
  const { headers = {} } = door;
  try {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = form.toString();
    return await send({ url, method: 'POST', headers: { ...headers, ...type }, body });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 405) throw error;
    url.search = form.toString();
    return await send({ url, method: 'GET', headers, body: null });
  }
}

type PromResult = { readonly type: unknown; readonly result: unknown } | Found;

/** What the envelope holds; all of it is doubtful where the server warns or lacks a part. */
function resultIn(answer: ExchangeAnswer): PromResult {
  const envelope = jsonIn(answer);
  if (partOf(envelope, 'status') !== 'success') {
    const said = excerpt(answer.hide(messageIn(envelope) ?? answer.body));
    return fault(`it answered ${answer.status} without success: ${said}`);
  }
  const warning = listOf(envelope, 'warnings')?.[0];
  if (warning !== undefined) return partly(excerpt(answer.hide(String(warning))));
  // VictoriaMetrics says so where it misses some of its storage.
  if (partOf(envelope, 'isPartial') === true) return partly('a part of its storage did not answer');
  return {
    type: partOf(envelope, 'data', 'resultType'),
    result: partOf(envelope, 'data', 'result'),
  };
}

function ofMark(found: PromResult, mark: string): PromResult {
  if ('kind' in found || !Array.isArray(found.result)) return found;
  const own = found.result.filter((series) => partOf(series, 'metric', QUERY_MARK) === mark);
  return { ...found, result: own };
}

/** A series without one of our marks answers something else than was asked. */
function checkMarks(found: PromResult, count: number): PromResult {
  if ('kind' in found || !Array.isArray(found.result)) return found;
  const marks = found.result.map((series) => partOf(series, 'metric', QUERY_MARK));
  const isOurs = (mark: unknown) =>
    typeof mark === 'string' && /^\d+$/.test(mark) && Number(mark) < count;
  return marks.every(isOurs) ? found : fault('it answers with a series that was not asked for');
}

function oneValue(found: PromResult, window: Inquiry<unknown>['window']): Found {
  if ('kind' in found) return found;
  const { type, result } = found;
  if (type === 'scalar') return sampleFound(result, window);
  if (type !== 'vector' || !Array.isArray(result))
    return fault(`the query gives a ${String(type)}, not one number`);
  if (result.length === 0) return NOTHING_COUNTED;
  if (result.length > 1)
    return partly(`the query gives ${result.length} series: aggregate them with sum()`);
  return sampleFound(partOf(result, 0, 'value'), window);
}

/** `[time, "number"]`: numbers are texts, so that NaN and infinities can be told. */
function sampleFound(sample: unknown, window: Inquiry<unknown>['window']): Found {
  const text = partOf(sample, 1);
  if (typeof text !== 'string') return fault('the query gives no plain number');
  return atMoment(partOf(sample, 0), window) ?? numberFound(text);
}

/** What ends a label's value in these languages. */
export function promQuoted(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
