import type { GateSource, MeasureRequest, SourceMeans } from '../../src/contract/index.ts';
import { linked } from '../../src/lib/linked-signal.ts';
import { createSigner } from '../kit/aws-signer.ts';
import type { ExchangeQuestion, Sender } from '../kit/exchange.ts';
import { type Found, partly } from '../kit/numbers/found.ts';
import { askProm, type PromDoor, promQuoted } from '../kit/numbers/prom.ts';
import { type Inquiry, numberSource } from '../kit/numbers/source.ts';
import { createAlertSource } from './alerts.ts';
import { doubtOf } from './flawless.ts';
import { unitOf } from './metric.ts';
import { questionOf } from './queries.ts';
import { writtenOut } from './ready-made.ts';
import { noMemory, type SeriesMemory } from './series.ts';
import type { PrometheusSettings } from './settings.ts';
import { type Telling, tellingOf } from './telling.ts';

type PrometheusMeans = Sender & Partial<Pick<SourceMeans, 'env'>>;

/** Asks for both releases over the same closed window, at the moment when it ended. */
export function createPrometheusSource(means: PrometheusMeans): GateSource<PrometheusSettings> {
  const sign = signing(means);
  const { after } = means.clock;
  const alerts = createAlertSource(means, sign);
  const numbers = numberSource<PrometheusSettings>(
    {
      quote: promQuoted,
      unit: unitOf,
      question: questionOf,
      access: (settings) => settings,
      ask: async ({ send, ...inquiry }) => {
        const { address, tenant, sigv4 } = inquiry.settings;
        const asked = {
          ...inquiry,
          send: async (question: ExchangeQuestion, signal?: AbortSignal) =>
            send(await sign(sigv4, question), signal),
        };
        const door: PromDoor = {
          url: `${address.replace(/\/+$/, '')}/api/v1/query`,
          headers: tenant === null ? {} : { 'x-scope-orgid': tenant },
          // VictoriaMetrics moves questions about the last 30 s into the past, unless told not to.
          form: { nocache: '1' },
          together: true,
        };
        return withoutDoubt({ inquiry: asked, door, after }, await askProm(asked, door));
      },
    },
    means,
  );
  const sourceFor = ({ settings }: MeasureRequest<PrometheusSettings>) =>
    settings.alerts === undefined ? numbers : alerts;
  return { past: true, measure: (request) => sourceFor(request).measure(request) };
}

/** By gate: what is known of how its failures are told. */
const memories = new WeakMap<object, SeriesMemory>();

interface FlawlessAsking {
  readonly inquiry: Inquiry<PrometheusSettings>;
  readonly door: PromDoor;
  readonly after: Sender['clock']['after'];
}

/** Requests without any failure are looked at: whether a failure could be counted at all. */
async function withoutDoubt(
  asking: FlawlessAsking,
  found: readonly Found[],
): Promise<readonly Found[]> {
  const { total, bad } = writtenOut(asking.inquiry.settings);
  const [all, failed] = found;
  const isFlawless = all?.kind === 'value' && all.value > 0 && failed?.kind === 'nothing';
  if (!isFlawless || total === undefined || bad === undefined) return found;
  const telling = tellingOf(total, bad);
  if (!telling) return found;
  const doubt = await doubtInTime(telling, asking);
  return doubt ? found.with(1, doubt) : found;
}

/** Of the time that is left: the rest is for saying so. */
const SHARE_OF_DOUBT = 0.8;

/** The counts were answered: that the server does not answer what follows makes no gate blind. */
async function doubtInTime(
  telling: Telling,
  { inquiry, door, after }: FlawlessAsking,
): Promise<Found | null> {
  const { settings } = inquiry;
  const memory = memories.get(settings) ?? noMemory();
  memories.set(settings, memory);
  const late = new AbortController();
  const cancel = after(Math.max(0, inquiry.left() * SHARE_OF_DOUBT), () =>
    late.abort(new Error('no answer in time')),
  );
  try {
    return await linked([inquiry.signal, late.signal], (signal) => {
      const send = (question: ExchangeQuestion) =>
        inquiry.send(question, signal).catch((error) => {
          throw late.signal.aborted ? late.signal.reason : error;
        });
      const look = { inquiry: { ...inquiry, send }, door, memory };
      return doubtOf(telling, look, settings.absentMeansNone);
    });
  } catch (error) {
    if (inquiry.signal.aborted) throw error;
    const { message } = error as Error;
    return partly(`no failure was found, and whether one would be could not be asked (${message})`);
  } finally {
    cancel();
  }
}

/** For the managed service of AWS, that wants every question signed. */
function signing({ env = {}, clock }: PrometheusMeans) {
  const sign = createSigner({ env, clock }, { service: 'aps', variable: 'AMP' });
  return async (
    place: PrometheusSettings['sigv4'],
    question: ExchangeQuestion,
  ): Promise<ExchangeQuestion> => {
    if (place === null) return question;
    const headers = Object.fromEntries(
      Object.entries(question.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
    return sign(place, { ...question, headers }, () => question.url);
  };
}
