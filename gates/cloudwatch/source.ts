import type { GateSource, SourceMeans } from '../../src/contract/index.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { askCloudwatch } from './ask.ts';
import { cloudwatchQuestion } from './question.ts';
import type { CloudwatchSettings } from './settings.ts';
import { createSigner } from './signer.ts';

/** Asks for both releases in one call, and adds up here what CloudWatch keeps apart. */
export function createCloudwatchSource(means: SourceMeans): GateSource<CloudwatchSettings> {
  const sign = createSigner(means);
  return numberSource<CloudwatchSettings>(
    {
      // Values stand in JSON here, and inside quotes in an expression there.
      quote: (value) => JSON.stringify(value.replace(/["']/g, '')).slice(1, -1),
      unit: (settings) => cloudwatchQuestion(settings).unit,
      question: (settings) => cloudwatchQuestion(settings).question,
      ask: ({ settings, ...inquiry }) =>
        askCloudwatch({ ...inquiry, period: settings.period }, async (body) =>
          inquiry.send(await sign(settings, JSON.stringify(body))),
        ),
    },
    means,
  );
}
