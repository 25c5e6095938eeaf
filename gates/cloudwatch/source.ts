import type { AwsAccess } from '../../src/clients/aws/access.ts';
import type { GateSource, MeasureRequest, SourceMeans, Window } from '../../src/contract/index.ts';
import { createSigner } from '../kit/aws-signer.ts';
import { NO_ACCESS } from '../kit/numbers/access.ts';
import { createDesk } from '../kit/numbers/desk.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { createAlarmSource } from './alarms.ts';
import { askCloudwatch } from './ask.ts';
import { cloudwatchQuestion } from './question.ts';
import type { CloudwatchSettings } from './settings.ts';

const HOUR_MS = 3_600_000;

const headersOf = (action: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `GraniteServiceVersion20100801.${action}`,
});

/** Asks for both releases in one call, and adds up here what CloudWatch keeps apart. */
export function createCloudwatchSource(means: SourceMeans): GateSource<CloudwatchSettings> {
  const sign = createSigner(means, { service: 'monitoring', variable: 'CLOUDWATCH' });
  const signed = (action: string, body: object, settings: CloudwatchSettings) => {
    const question = { method: 'POST', headers: headersOf(action), body: JSON.stringify(body) };
    return sign(settings, question, (access) => new URL(settings.address ?? addressIn(access)));
  };
  const desk = createDesk(means);
  const alarms = createAlarmSource(async (body, { settings, signal }) =>
    desk.send(await signed('DescribeAlarms', body, settings), NO_ACCESS, signal),
  );
  const numbers = numberSource<CloudwatchSettings>(
    {
      // Values stand in JSON here, and inside quotes in an expression there.
      quote: (value) => JSON.stringify(value.replace(/["']/g, '')).slice(1, -1),
      // The names of a measure are AWS's own, which counts what is not 0. Earlier journals name neither.
      believesNone: ({ absentMeansNone, measure }) =>
        absentMeansNone !== false || measure !== undefined,
      unit: (settings) => cloudwatchQuestion(settings).unit,
      question: (settings) => cloudwatchQuestion(settings).question,
      ask: ({ settings, ...inquiry }) =>
        askCloudwatch({ ...inquiry, period: periodOf(settings, inquiry.window) }, async (body) =>
          inquiry.send(await signed('GetMetricData', body, settings)),
        ),
    },
    means,
  );
  const sourceFor = ({ settings }: MeasureRequest<CloudwatchSettings>) =>
    settings.alarms === undefined ? numbers : alarms;
  return { past: true, measure: (request) => sourceFor(request).measure(request) };
}

/** Of a long time by the hour: what is kept that long, and no more points than one answer holds. */
const periodOf = ({ period }: CloudwatchSettings, { span }: Window) =>
  span > HOUR_MS ? Math.max(period, HOUR_MS) : period;

function addressIn({ endpoint, region }: AwsAccess): string {
  const suffix = region.startsWith('cn-') ? '.cn' : '';
  return endpoint ?? `https://monitoring.${region}.amazonaws.com${suffix}/`;
}
