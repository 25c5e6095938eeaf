import type { ExchangeAnswer } from '../kit/exchange.ts';
import { jsonIn } from '../kit/numbers/desk.ts';
import { type Found, fault, NOTHING_COUNTED, partly } from '../kit/numbers/found.ts';
import { listOf, messageIn, partOf } from '../kit/numbers/parts.ts';
import { type Point, within } from '../kit/numbers/points.ts';
import type { Inquiry } from '../kit/numbers/source.ts';
import { excerpt } from '../kit/reading.ts';
import { type CloudwatchMetric, type CloudwatchQuery, cloudwatchQueryIn } from './question.ts';

type CloudwatchCall = (body: object) => Promise<ExchangeAnswer>;
type AskedWindow = Inquiry<unknown>['window'];

/** Pages of one answer; more than that means that the query gives far more than one number. */
const MOST_ANSWER_PAGES = 10;

/** Series of an answer by the id that they were asked under, all pages together. */
type Series = { label: unknown; status: unknown; points: Point[] };

export async function askCloudwatch(
  { queries, window, period }: Pick<Inquiry<unknown>, 'queries' | 'window'> & { period: number },
  call: CloudwatchCall,
): Promise<readonly Found[]> {
  const wanted = queries.map(cloudwatchQueryIn);
  const asked = wanted.flatMap((query, at) =>
    seriesAsked(query, period).map((part, nth) => ({
      Id: seriesIdOf(at, nth),
      ...part,
      ReturnData: true,
    })),
  );
  const got = await allPages(call, {
    MetricDataQueries: asked,
    StartTime: window.from / 1000,
    EndTime: window.to / 1000,
    ScanBy: 'TimestampAscending',
  });
  if ('kind' in got) return queries.map(() => got);
  const found = wanted.map((query, at) =>
    addedUp(
      seriesAsked(query, period).map((_, nth) =>
        seriesFound(got.series.get(seriesIdOf(at, nth)) ?? [], query, window),
      ),
      query,
    ),
  );
  return found.map((one, at) => capped(one, wanted[at], found[at - 1]));
}

const seriesIdOf = (query: number, part: number) => `q${query}_${part}`;

function seriesAsked({ metrics, expression }: CloudwatchQuery, period: number): readonly object[] {
  const seconds = period / 1000;
  return expression === null
    ? metrics.map((metric) => ({ MetricStat: statOf(metric, seconds) }))
    : [{ Expression: expression, Period: seconds }];
}

const statOf = ({ namespace, metric, dimensions, stat }: CloudwatchMetric, period: number) => ({
  Metric: {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  },
  Period: period,
  Stat: stat,
});

type Unfound = Exclude<Found, { kind: 'value' }>;

/** While there is another page, "partial" means only that it is not the last one. */
async function allPages(
  call: CloudwatchCall,
  body: object,
): Promise<{ series: Map<string, Series[]> } | Unfound> {
  const series = new Map<string, Series[]>();
  let token: unknown;
  for (let page = 0; page < MOST_ANSWER_PAGES; page++) {
    const answer = await call(token === undefined ? body : { ...body, NextToken: token });
    const read = pageIn(answer);
    if ('kind' in read) return read;
    for (const result of read.results) {
      const wrong = take(series, result, page);
      if (wrong) return wrong;
    }
    token = read.next;
    if (token === undefined) return { series };
    if (typeof token !== 'string') return fault('its token for the next page is not text');
  }
  return partly(`it answers with more than ${MOST_ANSWER_PAGES} pages: let the query aggregate`);
}

function pageIn(
  answer: Awaited<ReturnType<CloudwatchCall>>,
): { readonly results: readonly unknown[]; readonly next: unknown } | Unfound {
  const document = jsonIn(answer);
  const results = listOf(document, 'MetricDataResults');
  if (!results) return fault(`it answered ${answer.status} without results`);
  const message = listOf(document, 'Messages')?.[0];
  if (message === undefined) return { results, next: partOf(document, 'NextToken') ?? undefined };
  const words = messageIn(partOf(message, 'Value')) ?? 'it says that the answer is incomplete';
  return partly(excerpt(answer.hide(words)));
}

/** A later page goes on with a series; on one page, a second one is another series. */
function take(series: Map<string, Series[]>, result: unknown, page: number): Unfound | null {
  const id = partOf(result, 'Id');
  const times = listOf(result, 'Timestamps');
  const values = listOf(result, 'Values');
  if (typeof id !== 'string' || !times || !values || times.length !== values.length)
    return fault('it answers with a series without its id, times or values');
  const points = times.map((at, index) => ({ at: msOf(at), value: values[index] }));
  const label = partOf(result, 'Label');
  const status = partOf(result, 'StatusCode');
  const known = series.get(id) ?? [];
  const same = page > 0 ? known.find((one) => one.label === label) : undefined;
  if (same) {
    same.points.push(...points);
    same.status = status;
  } else series.set(id, [...known, { label, status, points }]);
  return null;
}

const msOf = (seconds: unknown) => (typeof seconds === 'number' ? seconds * 1000 : seconds);

const STATUSES: Readonly<Record<string, Found | null>> = {
  Complete: null,
  PartialData: partly('CloudWatch has only a part of the data'),
  InternalError: fault('CloudWatch could not read this metric: InternalError'),
  Forbidden: fault('CloudWatch may not be asked for this metric: Forbidden'),
};

function seriesFound(
  series: readonly Series[],
  { combine }: CloudwatchQuery,
  window: AskedWindow,
): Found {
  const [first, ...more] = series;
  if (!first) return fault('it does not answer all that was asked');
  if (more.length > 0)
    return partly(`the query gives ${series.length} series: aggregate them with SUM()`);
  const status = typeof first.status === 'string' ? STATUSES[first.status] : undefined;
  if (status === undefined) return fault(`it answers with the status ${String(first.status)}`);
  return status ?? within(first.points, window, combine);
}

/** CloudWatch keeps no zeros: of several counts, those that are not there are none. */
function addedUp(parts: readonly Found[], { factor }: CloudwatchQuery): Found {
  const values: number[] = [];
  for (const part of parts) {
    if (part.kind === 'value') values.push(part.value);
    else if (part.kind !== 'nothing') return part;
  }
  if (values.length === 0) return NOTHING_COUNTED;
  return { kind: 'value', value: factor * values.reduce((sum, value) => sum + value, 0) };
}

/** One request may fail to connect more than once: as many as there are can have failed. */
function capped(bad: Found, query: CloudwatchQuery | undefined, total: Found | undefined): Found {
  const isSum = (query?.metrics.length ?? 0) > 1;
  if (!isSum || bad.kind !== 'value' || total?.kind !== 'value') return bad;
  return { kind: 'value', value: Math.min(bad.value, total.value) };
}
