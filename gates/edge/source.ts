import { randomUUID } from 'node:crypto';
import type { GateSource, Measurement, MeasureRequest, Reading } from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { heeding } from '../kit/deadline.ts';
import { exchange, type Sender } from '../kit/exchange.ts';
import { quantileOf } from '../kit/quantile.ts';
import { found, unread } from '../kit/reading.ts';
import { askedOf, comparedOf } from '../kit/subject.ts';
import { troubleOf } from '../kit/trouble.ts';
import { type AnsweredCounts, type EdgeCounts, parseCounts } from './counts.ts';
import type { EdgeSettings } from './settings.ts';

const EDGE_UNITS = {
  errorRate: 'ratio',
  successRate: 'ratio',
  latency: 'ms',
  requests: 'count',
  throughput: 'perSecond',
} as const;

/** What the router itself counted, per release: exact and without delay. */
export function createEdgeSource(sender: Sender): GateSource<EdgeSettings> {
  return {
    async measure(request) {
      const unit = EDGE_UNITS[request.settings.metric];
      try {
        const { endpoints } = await heeding(request.signal, request.observe());
        if (!endpoints.counts) return unread('sourceError', 'the router shows no counts', unit);
        const url = countsUrl(endpoints.counts, request);
        const question = { url, method: 'GET', headers: {}, body: null };
        const answer = await exchange(sender, question, request.signal);
        const counts = parseCounts(answer);
        if (!counts)
          return unread('sourceError', `no counts in the router's answer (${answer.status})`, unit);
        return edgeReading(counts, request);
      } catch (error) {
        return troubleOf(error, request.signal, unit);
      }
    },
  };
}

/** One per gate, whose settings are one object for as long as this process watches. */
const readers = new WeakMap<object, string>();

function readerOf(settings: EdgeSettings): string {
  const known = readers.get(settings);
  if (known) return known;
  const reader = randomUUID();
  readers.set(settings, reader);
  return reader;
}

function countsUrl(counts: string, { window, settings }: MeasureRequest<EdgeSettings>): URL {
  const url = new URL(counts);
  // Windows one after the other: the router counts each request in one of them.
  url.searchParams.set('reader', readerOf(settings));
  url.searchParams.set('span', String(Math.round(window.span)));
  url.searchParams.set('age', String(Math.round(window.age)));
  return url;
}

function edgeReading(
  { releases: counts, uptime }: AnsweredCounts,
  { subject, settings, window }: MeasureRequest<EdgeSettings>,
): Measurement {
  const unit = EDGE_UNITS[settings.metric];
  if (uptime !== null && window.span > uptime - window.age) {
    const since = formatDuration(Math.round(uptime));
    return unread(
      'partial',
      `the router was restarted ${since} ago and has not counted all of it`,
      unit,
    );
  }
  const asked = askedOf(subject);
  const compared = comparedOf(subject);
  const candidate = readingOf(counts.get(asked.id), settings, window.span);
  const stable = compared && readingOf(counts.get(compared.id), settings, window.span);
  if (candidate) return found(unit, { candidate, stable }, edgeWords(settings, candidate));
  return { ...unread('noData', `no requests reached ${asked.version}`, unit), stable };
}

/** Nothing for no requests: a ratio of nothing is not 0 %. */
function readingOf(
  counts: EdgeCounts | undefined,
  settings: EdgeSettings,
  span: number,
): Reading | null {
  if (!counts || counts.total === 0) return null;
  const { total, bad, buckets } = counts;
  switch (settings.metric) {
    case 'errorRate':
      return { value: bad / total, samples: total, bad, total };
    case 'successRate':
      return { value: (total - bad) / total, samples: total, bad, total };
    case 'requests':
      return { value: total, samples: total };
    case 'throughput':
      return { value: (total * 1000) / span, samples: total };
    case 'latency': {
      const value = quantileOf(buckets, settings.quantile ?? DEFAULT_QUANTILE);
      const samples = buckets.reduce((sum, [, count]) => sum + count, 0);
      return value === null ? null : { value, samples };
    }
  }
}

const DEFAULT_QUANTILE = 0.95;

function edgeWords({ metric, quantile }: EdgeSettings, { samples }: Reading): string {
  const what =
    metric === 'latency' ? `p${Number(((quantile ?? DEFAULT_QUANTILE) * 100).toFixed(2))}` : metric;
  return `${what} of ${samples} requests`;
}
