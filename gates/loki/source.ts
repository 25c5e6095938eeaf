import type { GateSource } from '../../src/contract/index.ts';
import type { Sender } from '../kit/exchange.ts';
import { askProm, promQuoted } from '../kit/numbers/prom.ts';
import { numberSource, PLAIN, plainQuestion } from '../kit/numbers/source.ts';
import type { LokiSettings } from './settings.ts';

/** Lines of both releases are counted over the window, at the moment when it ended. */
export function createLokiSource(sender: Sender): GateSource<LokiSettings> {
  return numberSource<LokiSettings>(
    {
      ...PLAIN,
      quote: promQuoted,
      question: (settings) => {
        const { queries, as } = plainQuestion(settings);
        return { as, queries: as === 'number' ? queries : queries.map(countOfLines) };
      },
      ask: (inquiry) => {
        const { address, tenant } = inquiry.settings;
        return askProm(inquiry, {
          url: `${address.replace(/\/+$/, '')}/loki/api/v1/query`,
          headers: tenant === null ? {} : { 'x-scope-orgid': tenant },
          together: false,
        });
      },
    },
    sender,
  );
}

const countOfLines = (lines: string) => `sum(count_over_time(${lines} [{{window}}]))`;
