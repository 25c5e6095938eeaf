import type { GateSource, MeasureRequest, SourceMeans } from '../../src/contract/index.ts';
import { createSigner } from '../kit/aws-signer.ts';
import type { ExchangeQuestion, Sender } from '../kit/exchange.ts';
import type { Found } from '../kit/numbers/found.ts';
import { askProm, type PromDoor, promQuoted } from '../kit/numbers/prom.ts';
import { type Inquiry, numberSource } from '../kit/numbers/source.ts';
import { createAlertSource } from './alerts.ts';
import { doubtOf } from './flawless.ts';
import { unitOf } from './metric.ts';
import { questionOf } from './queries.ts';
import { writtenOut } from './ready-made.ts';
import type { PrometheusSettings } from './settings.ts';
import { tellingOf } from './telling.ts';

type PrometheusMeans = Sender & Partial<Pick<SourceMeans, 'env'>>;

/** Asks for both releases over the same closed window, at the moment when it ended. */
export function createPrometheusSource(means: PrometheusMeans): GateSource<PrometheusSettings> {
  const sign = signing(means);
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
          send: async (question: ExchangeQuestion) => send(await sign(sigv4, question)),
        };
        const door: PromDoor = {
          url: `${address.replace(/\/+$/, '')}/api/v1/query`,
          headers: tenant === null ? {} : { 'x-scope-orgid': tenant },
          // VictoriaMetrics moves questions about the last 30 s into the past, unless told not to.
          form: { nocache: '1' },
          together: true,
        };
        return withoutDoubt(asked, door, await askProm(asked, door));
      },
    },
    means,
  );
  const sourceFor = ({ settings }: MeasureRequest<PrometheusSettings>) =>
    settings.alerts === undefined ? numbers : alerts;
  return { past: true, measure: (request) => sourceFor(request).measure(request) };
}

/** By gate: what is known of how its failures are told. */
const beyondDoubt = new WeakMap<object, Set<string>>();

/** Requests without any failure are looked at: whether a failure could be counted at all. */
async function withoutDoubt(
  inquiry: Inquiry<PrometheusSettings>,
  door: PromDoor,
  found: readonly Found[],
): Promise<readonly Found[]> {
  const { settings } = inquiry;
  const { total, bad } = writtenOut(settings);
  const [all, failed] = found;
  const isFlawless = all?.kind === 'value' && all.value > 0 && failed?.kind === 'nothing';
  if (!isFlawless || total === undefined || bad === undefined) return found;
  const telling = tellingOf(total, bad);
  if (!telling) return found;
  const known = beyondDoubt.get(settings) ?? new Set();
  beyondDoubt.set(settings, known);
  const doubt = await doubtOf(telling, { inquiry, door, known }, settings.absentMeansNone);
  return doubt ? found.with(1, doubt) : found;
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
