import type { GateSource, MeasureRequest, SourceMeans } from '../../src/contract/index.ts';
import { createSigner } from '../kit/aws-signer.ts';
import type { ExchangeQuestion, Sender } from '../kit/exchange.ts';
import { askProm, promQuoted } from '../kit/numbers/prom.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { createAlertSource } from './alerts.ts';
import { unitOf } from './metric.ts';
import { questionOf } from './queries.ts';
import type { PrometheusSettings } from './settings.ts';

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
      ask: ({ send, ...inquiry }) => {
        const { address, tenant, sigv4 } = inquiry.settings;
        return askProm(
          { ...inquiry, send: async (question) => send(await sign(sigv4, question)) },
          {
            url: `${address.replace(/\/+$/, '')}/api/v1/query`,
            headers: tenant === null ? {} : { 'x-scope-orgid': tenant },
            // VictoriaMetrics moves questions about the last 30 s into the past, unless told not to.
            form: { nocache: '1' },
            together: true,
          },
        );
      },
    },
    means,
  );
  const sourceFor = ({ settings }: MeasureRequest<PrometheusSettings>) =>
    settings.alerts === undefined ? numbers : alerts;
  return { past: true, measure: (request) => sourceFor(request).measure(request) };
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
