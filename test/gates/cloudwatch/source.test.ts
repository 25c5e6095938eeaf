import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { cloudwatchSource } from '../../../gates/cloudwatch/index.ts';
import { settings } from '../../../gates/cloudwatch/settings.ts';
import { createCloudwatchSource } from '../../../gates/cloudwatch/source.ts';
import { signatureOf } from '../../../src/clients/aws/signature.ts';
import { asking, means, serve } from '../kit/rig.ts';

const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

it.each([
  [undefined, '90c0b26b70f3356902105c1f752f33a97e5522f3d2e97181cdd5c48e9dcc6c9e'],
  ['session/token==', 'e413c39bb43e636777d8995da88aaad3ec5ac3e52938aab2769b63bd32ab6c27'],
])('signs as the programs of AWS do, with the session token %s', (sessionToken, signature) => {
  const request = {
    method: 'POST',
    url: new URL('https://monitoring.eu-central-1.amazonaws.com/a%20b/?x=1&b=c%2Fd%20e'),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
    },
    body: '{"a":1}',
  };
  const keys = { ...KEYS, ...(sessionToken ? { sessionToken } : {}) };
  const at = { region: 'eu-central-1', service: 'monitoring', at: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const signed = signatureOf(request, keys, at);
  expect(signed.authorization).toContain(`Signature=${signature}`);
});

const FROM = Date.UTC(2026, 0, 2, 3, 4);
const window = { from: FROM, to: FROM + 120_000, span: 120_000, age: 0 };
const env = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_REGION: 'eu-central-1' };
const labels = async () => ({
  service: { loadBalancer: 'app/shop/1' },
  candidate: { targetGroup: 'targetgroup/green/2' },
  stable: { targetGroup: 'targetgroup/blue/3' },
});

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { Value: string }[];
    };
    readonly Stat: string;
  };
}

/** A server with these values of each metric in each of the two minutes. */
async function measured(more: object, values: (query: Query, minute: number) => number | null) {
  const asked: Query[] = [];
  const address = await serve(async (request, response) => {
    const body = JSON.parse(await text(request)) as {
      MetricDataQueries: Query[];
      NextToken?: string;
    };
    asked.push(...body.MetricDataQueries);
    // Two pages of a minute each: what is called partial is only not the last.
    const minute = body.NextToken ? 1 : 0;
    const MetricDataResults = body.MetricDataQueries.map((query) => {
      const value = values(query, minute);
      return {
        Id: query.Id,
        Label: query.Id,
        StatusCode: minute === 0 ? 'PartialData' : 'Complete',
        Timestamps: value === null ? [] : [FROM / 1000 + minute * 60],
        Values: value === null ? [] : [value],
      };
    });
    const next = minute === 0 ? { NextToken: 'second' } : {};
    response
      .setHeader('content-type', 'application/x-amz-json-1.0')
      .end(JSON.stringify({ MetricDataResults, ...next }));
  });
  const source = createCloudwatchSource({ ...means, env });
  const request = asking(settings.parse({ address, ...more }), { window, labels });
  return { measurement: await source.measure(request), asked };
}

const isGreen = ({ MetricStat }: Query) =>
  MetricStat.Metric.Dimensions.some(({ Value }) => Value === 'targetgroup/green/2');

const COUNTS: Readonly<Record<string, readonly [green: number | null, blue: number | null]>> = {
  RequestCount: [50, 500],
  HTTPCode_Target_5XX_Count: [2, null],
  TargetConnectionErrorCount: [1, null],
};
const counts = (query: Query) =>
  COUNTS[query.MetricStat.Metric.MetricName]?.[isGreen(query) ? 0 : 1] ?? null;

it('counts the failures of each target group from what the platform calls them', async () => {
  const { measurement, asked } = await measured({ measure: 'error-rate' }, counts);
  expect(measurement).toMatchObject({
    kind: 'ok',
    candidate: { value: 0.06, bad: 6, total: 100 },
    stable: { value: 0, bad: 0, total: 1000 },
  });
  expect(asked).toHaveLength(2 * 6);
  const success = await measured({ measure: 'success-rate' }, counts);
  expect(success.measurement).toMatchObject({ candidate: { value: 0.94 }, stable: { value: 1 } });
});

it('takes a request that failed to connect twice for one', async () => {
  const { measurement } = await measured({ measure: 'error-rate' }, ({ MetricStat }) =>
    MetricStat.Metric.MetricName === 'TargetConnectionErrorCount' ? 80 : 50,
  );
  expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 1, bad: 100, total: 100 } });
});

it('says the worst minute of a latency in milliseconds, and requests by the second', async () => {
  const latency = await measured({ measure: 'latency', quantile: 'p99' }, (_, minute) =>
    minute === 0 ? 0.25 : 0.75,
  );
  expect(latency.measurement).toMatchObject({ kind: 'ok', unit: 'ms', candidate: { value: 750 } });
  expect(latency.asked[0]?.MetricStat.Stat).toBe('p99');
  const rate = await measured({ measure: 'throughput' }, () => 120);
  expect(rate.measurement).toMatchObject({ unit: 'perSecond', candidate: { value: 2 } });
});

it('has no data where the balancer sent nobody there', async () => {
  const { measurement } = await measured({ measure: 'error-rate' }, () => null);
  expect(measurement).toMatchObject({ kind: 'noData', candidate: null });
});

it('says that no region is given', async () => {
  const source = createCloudwatchSource({ ...means, env: {} });
  const request = asking(settings.parse({ measure: 'latency' }), { window, labels });
  expect(await source.measure(request)).toMatchObject({
    kind: 'sourceError',
    detail: expect.stringMatching(/region/),
  });
});

it('keeps to whole periods, and to the time until their points are there', () => {
  const metric = cloudwatchSource.metric(settings.parse({ measure: 'error-rate' }));
  expect(metric).toMatchObject({
    windowed: true,
    align: 60_000,
    delay: 150_000,
    minSamples: 20,
    labels: ['loadBalancer', 'targetGroup'],
  });
  expect(settings.safeParse({ measure: 'latency', period: '90s' }).success).toBe(false);
  expect(settings.safeParse({ measure: 'latency', query: 'a', unit: 'ms' }).success).toBe(false);
});
