import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender } from '../../gates/kit/rig.ts';
import { Exporter, type Prometheus, startPrometheus } from './server.ts';

let exporter: Exporter;
let server: Prometheus;

beforeAll(async () => {
  exporter = await Exporter.start();
  exporter.set('queue_length{service="shop"}', 0);
  const labels = { service: 'shop' };
  server = await startPrometheus(exporter.target, [
    { alert: 'QueueStuck', expr: 'queue_length > 5', labels },
    { alert: 'Quiet', expr: 'queue_length < 0', labels },
  ]);
});

afterAll(async () => {
  await server.close();
  await exporter.close();
});

const source = createPrometheusSource(sender);

function ask(alerts: readonly string[], service = 'shop') {
  const to = Date.now();
  const window = { from: to - 1000, to, span: 1000, age: 0 };
  const asked = settings.parse({ address: server.address, alerts, where: { service } });
  return source.measure(asking(asked, { window }));
}

async function until(value: number) {
  for (let tries = 0; ; tries++) {
    const seen = await ask(['QueueStuck', 'Quiet']);
    if (seen.candidate?.value === value || tries >= 120) return seen;
    await pause(250);
  }
}

test('an alert of a real server is counted while it fires, by its name', async () => {
  expect(await until(0)).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
  exporter.set('queue_length{service="shop"}', 9);
  expect(await until(1)).toMatchObject({
    kind: 'ok',
    candidate: { value: 1, bad: 1 },
    detail: 'QueueStuck fires',
  });
  expect(await ask(['QueueStuck'], 'another')).toMatchObject({ candidate: { value: 0 } });
  exporter.set('queue_length{service="shop"}', 0);
  expect(await until(0)).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
});

test('a misspelt alert guards nothing, and that is said', async () => {
  expect(await ask(['QueueStruck'])).toMatchObject({
    kind: 'sourceError',
    permanent: true,
    detail: 'no rule of the server is called QueueStruck; did you mean QueueStuck?',
  });
});
