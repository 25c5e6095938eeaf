import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../../gates/cloudwatch/settings.ts';
import { createCloudwatchSource } from '../../../gates/cloudwatch/source.ts';
import { asking, means } from '../../gates/kit/rig.ts';
import { askCloudWatch, makeAlarm, turnAlarm } from './bed/alarms.ts';
import { Moto } from './bed/moto.ts';

let moto: Moto;
const env = () => ({
  AWS_ENDPOINT_URL: moto.url,
  AWS_ACCESS_KEY_ID: 'DEPLOYCTL',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_REGION: 'eu-central-1',
});

/** A whole minute that is over, as a gate asks for it. */
const TO = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
const FROM = TO - 60_000;
const window = { from: FROM, to: TO, span: 60_000, age: 60_000 };
const labels = async () => ({
  service: { loadBalancer: 'app/shop/1' },
  candidate: { targetGroup: 'targetgroup/green/2' },
  stable: { targetGroup: 'targetgroup/blue/3' },
});

beforeAll(async () => {
  moto = await Moto.start();
  await put('RequestCount', 'targetgroup/green/2', 60);
  await put('RequestCount', 'targetgroup/blue/3', 600);
  await put('HTTPCode_Target_5XX_Count', 'targetgroup/green/2', 3);
  await put('TargetResponseTime', 'targetgroup/green/2', 0.25);
});
afterAll(() => moto.stop());

/** As the balancer would. */
const put = (metric: string, group: string, value: number) =>
  askCloudWatch(moto.url, 'PutMetricData', {
    Namespace: 'AWS/ApplicationELB',
    'MetricData.member.1.MetricName': metric,
    'MetricData.member.1.Value': String(value),
    'MetricData.member.1.Timestamp': new Date(FROM + 20_000).toISOString(),
    'MetricData.member.1.Dimensions.member.1.Name': 'LoadBalancer',
    'MetricData.member.1.Dimensions.member.1.Value': 'app/shop/1',
    'MetricData.member.1.Dimensions.member.2.Name': 'TargetGroup',
    'MetricData.member.1.Dimensions.member.2.Value': group,
  });

const measure = (more: object) =>
  createCloudwatchSource({ ...means, env: env() }).measure(
    asking(settings.parse(more), { window, labels }),
  );

test('the failures of a target group are those that the balancer counted in the minute', async () => {
  expect(await measure({ measure: 'error-rate' })).toMatchObject({
    kind: 'ok',
    candidate: { value: 0.05, bad: 3, total: 60 },
    stable: { value: 0, bad: 0, total: 600 },
  });
});

test('one number is asked for by its statistic, and what is not there is no data', async () => {
  const average = {
    query: {
      namespace: 'AWS/ApplicationELB',
      metric: 'TargetResponseTime',
      dimensions: { LoadBalancer: '{{loadBalancer}}', TargetGroup: '{{targetGroup}}' },
      stat: 'Average',
    },
    unit: 'ms',
  };
  expect(await measure(average)).toMatchObject({ kind: 'ok', candidate: { value: 0.25 } });
  const none = { ...average, query: { ...average.query, metric: 'Nothing' } };
  expect(await measure(none)).toMatchObject({ kind: 'noData' });
});

test('an alarm that stands in CloudWatch counts while it fires, and one that nobody made is told at once', async () => {
  const guarded = { alarms: ['shop-5xx', 'shop-slow'] };
  for (const name of guarded.alarms) await makeAlarm(moto.url, name);
  await turnAlarm(moto.url, 'shop-slow', 'OK');
  await turnAlarm(moto.url, 'shop-5xx', 'INSUFFICIENT_DATA');
  expect(await measure(guarded)).toMatchObject({ kind: 'noData' });
  await turnAlarm(moto.url, 'shop-5xx', 'OK');
  expect(await measure(guarded)).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
  await turnAlarm(moto.url, 'shop-5xx', 'ALARM');
  expect(await measure(guarded)).toMatchObject({
    kind: 'ok',
    candidate: { value: 1 },
    detail: expect.stringContaining('shop-5xx'),
  });
  expect(await measure({ alarms: ['shop-slow', 'nobody-made-it'] })).toMatchObject({
    kind: 'sourceError',
    permanent: true,
    detail: expect.stringContaining('no alarm is called nobody-made-it'),
  });
});
