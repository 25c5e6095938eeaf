import type { AwsAccess } from '../../src/clients/aws/access.ts';
import type { GateSource, SourceMeans } from '../../src/contract/index.ts';
import { createSigner } from '../kit/aws-signer.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { askCloudwatch } from './ask.ts';
import { cloudwatchQuestion } from './question.ts';
import type { CloudwatchSettings } from './settings.ts';

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
};

/** Asks for both releases in one call, and adds up here what CloudWatch keeps apart. */
export function createCloudwatchSource(means: SourceMeans): GateSource<CloudwatchSettings> {
  const sign = createSigner(means, { service: 'monitoring', variable: 'CLOUDWATCH' });
  return numberSource<CloudwatchSettings>(
    {
      // Values stand in JSON here, and inside quotes in an expression there.
      quote: (value) => JSON.stringify(value.replace(/["']/g, '')).slice(1, -1),
      unit: (settings) => cloudwatchQuestion(settings).unit,
      question: (settings) => cloudwatchQuestion(settings).question,
      ask: ({ settings, ...inquiry }) =>
        askCloudwatch({ ...inquiry, period: settings.period }, async (body) => {
          const question = { method: 'POST', headers: HEADERS, body: JSON.stringify(body) };
          const urlIn = (access: AwsAccess) => new URL(settings.address ?? addressIn(access));
          return inquiry.send(await sign(settings, question, urlIn));
        }),
    },
    means,
  );
}

function addressIn({ endpoint, region }: AwsAccess): string {
  const suffix = region.startsWith('cn-') ? '.cn' : '';
  return endpoint ?? `https://monitoring.${region}.amazonaws.com${suffix}/`;
}
