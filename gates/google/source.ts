import type { GateSource, SourceMeans } from '../../src/contract/index.ts';
import { askProm, promQuoted } from '../kit/numbers/prom.ts';
import { numberSource, PLAIN } from '../kit/numbers/source.ts';
import type { GoogleSettings } from './settings.ts';
import { createTokens } from './token.ts';

const PATH = 'location/global/prometheus/api/v1/query';

/** Asks for both releases in one query, at the moment when the window ended. */
export function createGoogleSource(means: SourceMeans): GateSource<GoogleSettings> {
  const readToken = createTokens(means);
  return numberSource<GoogleSettings>(
    {
      question: PLAIN.question,
      unit: PLAIN.unit,
      quote: promQuoted,
      ask: async (inquiry) => {
        const { address, project, key } = inquiry.settings;
        const token = await readToken(key, inquiry.signal);
        return askProm(inquiry, {
          url: `${address.replace(/\/+$/, '')}/v1/projects/${project}/${PATH}`,
          headers: { authorization: { secret: token, as: (text) => `Bearer ${text}` } },
          together: true,
        });
      },
    },
    means,
  );
}
