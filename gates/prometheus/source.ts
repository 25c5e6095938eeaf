import type { GateSource } from '../../src/contract/index.ts';
import type { Sender } from '../kit/exchange.ts';
import { askProm, promQuoted } from '../kit/numbers/prom.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { unitOf } from './metric.ts';
import { questionOf } from './queries.ts';
import type { PrometheusSettings } from './settings.ts';

/** Asks for both releases over the same closed window, at the moment when it ended. */
export function createPrometheusSource(sender: Sender): GateSource<PrometheusSettings> {
  return numberSource<PrometheusSettings>(
    {
      quote: promQuoted,
      unit: unitOf,
      access: (settings) => settings,
      question: questionOf,
      ask: (inquiry) =>
        askProm(inquiry, {
          url: `${inquiry.settings.address.replace(/\/+$/, '')}/api/v1/query`,
          headers: tenantHeader(inquiry.settings.tenant),
          // VictoriaMetrics moves questions about the last 30 s into the past, unless told not to.
          form: { nocache: '1' },
          together: true,
        }),
    },
    sender,
  );
}

const tenantHeader = (tenant: string | null): Record<string, string> =>
  tenant === null ? {} : { 'x-scope-orgid': tenant };
