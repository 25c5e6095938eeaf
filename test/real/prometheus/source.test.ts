import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender } from '../../gates/kit/rig.ts';
import { Exporter, type Prometheus, startPrometheus } from './server.ts';

let exporter: Exporter;
let server: Prometheus;

beforeAll(async () => {
  exporter = await Exporter.start();
  exporter.count('v41', 200, 1000);
  exporter.count('v41', 500, 10);
  server = await startPrometheus(exporter.target);
});

afterAll(async () => {
  await server.close();
  await exporter.close();
});

const COUNTS = {
  total: 'http_requests_total{version="{{version}}"}',
  bad: 'http_requests_total{version="{{version}}",code=~"5.."}',
};
const source = createPrometheusSource(sender);

/** What is counted in the last seconds, as a gate would ask. */
function ask(more: object, seconds = 8) {
  const to = Date.now();
  const span = seconds * 1000;
  const window = { from: to - span, to, span, age: 0 };
  return source.measure(asking(settings.parse({ address: server.address, ...more }), { window }));
}

/** Until the server has scraped what is counted by now. */
async function until<T>(look: () => Promise<T>, isRight: (seen: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const seen = await look();
    if (isRight(seen) || tries >= 60) return seen;
    await pause(500);
  }
}

test('a release that failed its first requests is seen to have failed, although its counters are new', async () => {
  await until(
    () => ask({ query: 'sum(http_requests_total{version="v41"})', unit: 'count' }),
    ({ candidate }) => candidate?.value === 1010,
  );
  await pause(9000);
  exporter.count('v42', 200, 50);
  exporter.count('v42', 500, 50);
  exporter.count('v41', 200, 200);
  const seen = await until(
    () => ask(COUNTS),
    ({ candidate, stable }) => candidate?.total === 100 && (stable?.total ?? 0) > 0,
  );
  expect(seen).toMatchObject({ kind: 'ok', candidate: { value: 0.5, bad: 50, total: 100 } });
  expect(seen.stable).toMatchObject({ bad: 0 });
});

test('without a failure nothing passes by a label that no series has, and all is well by the right one', async () => {
  const told = (label: string) => ({
    total: COUNTS.total,
    bad: `http_requests_total{version="{{version}}",${label}=~"4.."}`,
  });
  const busy = (label: string) => () => {
    exporter.count('v42', 200, 50);
    return ask(told(label));
  };
  const right = await until(busy('code'), ({ kind }) => kind === 'ok');
  expect(right).toMatchObject({ kind: 'ok', candidate: { bad: 0 } });
  expect(await until(busy('status'), ({ kind }) => kind === 'partial')).toMatchObject({
    kind: 'partial',
    detail: expect.stringContaining(
      'no series of http_requests_total{version="v42"} has the label',
    ),
  });
});

describe('an exporter on which only failures have the label', () => {
  /** Asks while requests go on, each test of a counter of its own. */
  const busy = (name: string, more: object) => () => {
    requests += 50;
    for (const version of ['v41', 'v42']) exporter.set(`${name}{version="${version}"}`, requests);
    const total = `${name}{version="{{version}}"}`;
    return ask({ total, bad: `${name}{version="{{version}}",error="io"}`, ...more });
  };
  let requests = 100;

  test('is believed to have none once a failure of any release was counted', async () => {
    const never = await until(busy('jobs_total', {}), ({ kind }) => kind === 'partial');
    expect(never).toMatchObject({
      kind: 'partial',
      detail: expect.stringContaining('say absentMeansNone: true'),
    });
    exporter.set('jobs_total{version="v41",error="io"}', 1);
    const seen = await until(busy('jobs_total', {}), ({ kind }) => kind === 'ok');
    expect(seen).toMatchObject({ kind: 'ok', candidate: { bad: 0 } });
  });

  test('is believed at the word of the user, until failures turn up under another name', async () => {
    const word = { absentMeansNone: true };
    const said = await until(busy('tasks_total', word), ({ kind }) => kind === 'ok');
    expect(said).toMatchObject({ kind: 'ok', candidate: { bad: 0 } });
    exporter.set('tasks_total{version="v42",err="io"}', 5);
    const other = await until(busy('tasks_total', word), ({ kind }) => kind === 'partial');
    expect(other).toMatchObject({ detail: expect.stringContaining('is it called err?') });
  });

  test('is believed where guests of every release lack a label that others have', async () => {
    for (const version of ['v41', 'v42'])
      exporter.set(`visits_total{version="${version}",tenant="a"}`, 5);
    const seen = await until(
      busy('visits_total', { absentMeansNone: true }),
      ({ kind }) => kind === 'ok',
    );
    expect(seen).toMatchObject({ kind: 'ok', candidate: { bad: 0 } });
  });
});

test('a status that is looked for in another way than it is written passes nothing', async () => {
  const bad = 'http_requests_total{version="{{version}}",code=~"4xx"}';
  const busy = () => {
    exporter.count('v42', 200, 50);
    return ask({ total: COUNTS.total, bad });
  };
  expect(await until(busy, ({ kind }) => kind === 'partial')).toMatchObject({
    kind: 'partial',
    detail: expect.stringContaining('code of http_requests_total is written as "'),
  });
});

test('failures that a release counts under another label than stable are not taken for none', async () => {
  const busy = () => {
    requests += 50;
    exporter.set('calls_total{version="v41",code="200"}', requests);
    exporter.set('calls_total{version="v42",status="500"}', requests);
    return ask({
      total: 'calls_total{version="{{version}}"}',
      bad: 'calls_total{version="{{version}}",code=~"5.."}',
    });
  };
  let requests = 100;
  expect(await until(busy, ({ kind }) => kind === 'partial')).toMatchObject({
    kind: 'partial',
    detail: expect.stringContaining('is it called otherwise there?'),
  });
});

test('a version without a series has no data, and a query that is wrong says where', async () => {
  const mute = { total: 'nothing_total{v="{{version}}"}', bad: 'nothing_total{code="500"}' };
  expect(await ask(mute)).toMatchObject({ kind: 'noData' });
  const wrong = await ask({ query: 'sum(http_requests_total', unit: 'count' });
  expect(wrong).toMatchObject({ kind: 'sourceError', detail: expect.stringMatching(/400.*parse/) });
  const nothing = await ask({ query: 'sum(x{v="{{version}}"}) / sum(x)', unit: 'ratio' });
  expect(nothing).toMatchObject({ kind: 'noData' });
  expect(await ask({ query: 'vector(0) / 0', unit: 'ratio' })).toMatchObject({ kind: 'notFinite' });
  expect(await ask({ query: 'http_requests_total', unit: 'count' })).toMatchObject({
    kind: 'partial',
  });
});
