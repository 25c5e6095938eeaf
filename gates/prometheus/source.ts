import type { GateSource, Measurement, MeasureRequest, Reading } from '../../src/contract/index.ts';
import { exchange, type Sender } from '../kit/exchange.ts';
import { found, unread } from '../kit/reading.ts';
import { troubleOf } from '../kit/trouble.ts';
import { type Found, foundIn } from './answer.ts';
import { unitOf } from './metric.ts';
import { fill, type Values, valuesFor } from './names.ts';
import { type Question, questionOf } from './queries.ts';
import type { PrometheusSettings } from './settings.ts';

/** One release's numbers, or why there are none. */
type Read = Reading | Exclude<Found, { kind: 'value' }>;

/** Asks for both releases over the same closed window, at the moment when it ended. */
export function createPrometheusSource(sender: Sender): GateSource<PrometheusSettings> {
  return {
    async measure(request) {
      const { settings, signal, subject, window } = request;
      const unit = unitOf(settings);
      try {
        signal.throwIfAborted();
        const seconds = `${Math.max(1, Math.round(window.span / 1000))}s`;
        const values = valuesFor(subject, await request.labels(), seconds);
        const [candidate, stable] = await Promise.all([
          read(sender, request, { values: values.candidate, newborn: true }),
          values.stable && read(sender, request, { values: values.stable, newborn: false }),
        ]);
        return measurementOf(unit, candidate, stable);
      } catch (error) {
        return troubleOf(error, signal, unit);
      }
    },
  };
}

interface Asked {
  readonly values: Values;
  readonly newborn: boolean;
}

async function read(
  sender: Sender,
  request: MeasureRequest<PrometheusSettings>,
  { values, newborn }: Asked,
): Promise<Read> {
  const ask = (query: string) => answerTo(sender, request, fill(query, values));
  const question = questionOf(request.settings, newborn);
  if (question.kind === 'number') {
    const one = await ask(question.query);
    return one.kind === 'value' ? { value: one.value, samples: 1 } : one;
  }
  const part = question.kind === 'counts' ? question.bad : question.fast;
  const [total, counted] = await Promise.all([ask(question.total), ask(part)]);
  return countsOf(question, total, counted);
}

/** A healthy service has no series of failures: nothing bad is zero, and nothing at all is no data. */
function countsOf(question: Question, total: Found, part: Found): Read {
  const { kind } = question;
  if (total.kind !== 'value') return total;
  const all = Math.round(total.value);
  if (all <= 0) return { kind: 'nothing' };
  if (part.kind === 'nothing' && kind === 'slow')
    return { kind: 'sourceError', detail: 'the histogram has no bucket with this bound' };
  if (part.kind !== 'value' && part.kind !== 'nothing') return part;
  const counted = part.kind === 'value' ? Math.round(part.value) : 0;
  const bad = Math.max(0, kind === 'slow' ? all - counted : counted);
  if (bad > all)
    return { kind: 'notFinite', detail: `${bad} bad of ${all}: bad is more than total` };
  const isGood = question.kind === 'counts' && question.good;
  return { value: isGood ? 1 - bad / all : bad / all, samples: all, bad, total: all };
}

function measurementOf(
  unit: Measurement['unit'],
  candidate: Read,
  stable: Read | null,
): Measurement {
  if ('kind' in candidate) {
    if (candidate.kind === 'nothing') return unread('noData', 'no requests are counted', unit);
    return unread(candidate.kind, candidate.detail, unit);
  }
  const compared = stable && !('kind' in stable) ? stable : null;
  return found(unit, { candidate, stable: compared }, words(candidate));
}

function words({ value, bad, total }: Reading): string {
  return total === undefined ? `${value}` : `${bad} of ${total} requests`;
}

async function answerTo(
  sender: Sender,
  { settings, window, signal }: MeasureRequest<PrometheusSettings>,
  filled: ReturnType<typeof fill>,
): Promise<Found> {
  if ('unknown' in filled) {
    const detail = `{{${filled.unknown}}} is not known of this platform`;
    return { kind: 'sourceError', detail };
  }
  const body = new URLSearchParams({ query: filled.query, time: String(window.to / 1000) });
  const tenant = settings.tenant === null ? {} : { 'x-scope-orgid': settings.tenant };
  const headers = {
    ...settings.headers,
    ...tenant,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const url = new URL(`${settings.address.replace(/\/+$/, '')}/api/v1/query`);
  const question = { url, method: 'POST', headers, body: body.toString() };
  return foundIn(await exchange(sender, question, signal));
}
