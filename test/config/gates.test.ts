import { expect, it } from 'vitest';
import type { GateSpec } from '../../src/contract/index.ts';
import { usualKayenta } from '../judge/kayenta/usual.ts';
import { loadWith } from './loading.ts';

async function gateOf(text: string): Promise<GateSpec> {
  const { gates } = await loadWith(`gates: { a: ${text} }\ndefaults: { check: [a] }\n`);
  return gates.a as GateSpec;
}

const EXPECT = { status: null, headers: {}, body: null, json: {}, schema: null, latency: null };
const HTTP = { path: '/', url: null, method: 'GET', headers: {}, body: null, expect: EXPECT };

it.each([
  ['{ http: {} }', HTTP],
  ['{ http: /healthz }', { ...HTTP, path: '/healthz' }],
  ['{ http: { url: "https://x.example/y" } }', { ...HTTP, path: null, url: 'https://x.example/y' }],
  [
    '{ http: { method: POST, headers: { n: 1 }, body: x, expect: { status: 201, latency: 1s, body: ~ok, json: { a: null, n: { min: 1 } } } } }',
    {
      ...HTTP,
      method: 'POST',
      headers: { n: '1' },
      body: 'x',
      expect: {
        ...EXPECT,
        status: [201],
        latency: 1000,
        body: '~ok',
        json: { a: null, n: { min: 1 } },
      },
    },
  ],
  ['{ http: { expect: { status: 2xx } } }', HTTP],
  [
    '{ http: { expect: { status: [200, 204], latency: { max: 800ms } } } }',
    { ...HTTP, expect: { ...EXPECT, status: [200, 204], latency: 800 } },
  ],
  ['{ tcp: {} }', { host: null, port: null }],
  ['{ tcp: { port: 5432, host: db } }', { host: 'db', port: 5432 }],
  ['{ command: [./check.sh, 1] }', { run: ['./check.sh', '1'], timeout: 10_000 }],
  [
    '{ command: { run: ./check.sh --fast, timeout: 3s } }',
    { run: ['./check.sh', '--fast'], timeout: 3000 },
  ],
  ['{ health: {} }', { of: 'troubles' }],
  ['{ edge: errorRate, max: 1% }', { metric: 'errorRate', quantile: null }],
  ['{ edge: latency, max: 1s }', { metric: 'latency', quantile: 0.95 }],
  ['{ edge: { latency: p99.9 }, max: 1s }', { metric: 'latency', quantile: 0.999 }],
  ['{ edge: { metric: throughput }, min: 3 }', { metric: 'throughput', quantile: null }],
  [
    '{ load: { rate: 40, to: candidate } }',
    {
      rate: 40,
      path: '/',
      method: 'GET',
      headers: {},
      to: 'candidate',
      concurrency: 64,
      maxDuration: 600_000,
    },
  ],
  [
    '{ smoke: { requests: [{ name: add, request: { method: POST, path: /cart, json: { sku: A1 }, timeout: 3s }, expect: { status: 201 }, capture: { cart: id } }, { request: { body: x } }], versionFrom: { header: x-version } } }',
    {
      requests: [
        {
          name: 'add',
          method: 'POST',
          path: '/cart',
          headers: { 'content-type': 'application/json' },
          body: '{"sku":"A1"}',
          timeout: 3000,
          expect: { ...EXPECT, status: [201] },
          capture: { cart: 'id' },
          attempts: 1,
          every: 1000,
        },
        {
          name: 'GET /',
          method: 'GET',
          path: '/',
          headers: {},
          body: 'x',
          timeout: 5000,
          expect: EXPECT,
          capture: {},
          attempts: 1,
          every: 1000,
        },
      ],
      versionFrom: { header: 'x-version' },
    },
  ],
])('%s becomes complete settings of its source', async (text, settings) => {
  expect((await gateOf(text)).settings).toEqual(settings);
});

const JUDGE = {
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: null,
  minSamples: 1,
  onNoData: 'fail',
  errorLimit: 4,
};

it.each([
  ['{ http: / }', { ...JUDGE, min: 1 }],
  ['{ health: {} }', { ...JUDGE, max: 0 }],
  ['{ health: { of: ready }, min: 80% }', { ...JUDGE, min: 0.8 }],
  [
    '{ edge: errorRate, max: 1%, inconclusiveLimit: 5, failureLimit: 2, pass: proven, budget: { share: 2%, promise: 99.9% } }',
    {
      ...JUDGE,
      max: 0.01,
      minSamples: 20,
      inconclusiveLimit: 5,
      failureLimit: 2,
      pass: 'proven',
      budget: { share: 0.02, promise: 0.999, period: 2_592_000_000, interval: 5000 },
    },
  ],
  ['{ load: { rate: 1 } }', { ...JUDGE, max: 1, minSamples: 20 }],
  ['{ edge: errorRate, max: 0.05 }', { ...JUDGE, max: 0.05, minSamples: 20 }],
  ['{ edge: errorRate, max: 7% }', { ...JUDGE, max: 0.07, minSamples: 20 }],
  ['{ edge: latency, max: 250ms }', { ...JUDGE, max: 250, minSamples: 20 }],
  ['{ edge: latency, max: 250 }', { ...JUDGE, max: 250, minSamples: 20 }],
  ['{ edge: throughput, min: 2.5, minSamples: 0 }', { ...JUDGE, min: 2.5, minSamples: 0 }],
  [
    '{ edge: errorRate, compare: stable }',
    { ...JUDGE, minSamples: 20, compare: { ratio: 1.5, difference: 0, floor: 0.001 } },
  ],
  [
    '{ edge: latency, compare: stable, tolerance: 20%, difference: 30ms, floor: 5ms, consecutive: 3, for: 1m, onNoData: pass, errorLimit: 9 }',
    {
      ...JUDGE,
      minSamples: 20,
      compare: { ratio: 1.2, difference: 30, floor: 5 },
      consecutive: 3,
      for: 60_000,
      onNoData: 'pass',
      errorLimit: 9,
    },
  ],
  ['{ edge: latency, judge: kayenta }', { ...JUDGE, minSamples: 20, kayenta: { ...usualKayenta } }],
  [
    '{ edge: latency, judge: { kayenta: { direction: increase, critical: true, outliers: 3, effect: { measure: cles, allowedIncrease: 0.7 }, groups: [web], weights: { web: 60 }, marginal: 50 } } }',
    {
      ...JUDGE,
      minSamples: 20,
      kayenta: {
        ...usualKayenta,
        direction: 'increase',
        critical: true,
        outliers: 3,
        effect: {
          measure: 'cles',
          allowedIncrease: 0.7,
          allowedDecrease: 0.5,
          criticalIncrease: 0.5,
          criticalDecrease: 0.5,
        },
        groups: ['web'],
        weights: { web: 60 },
        marginal: 50,
      },
    },
  ],
])('%s is judged with limits in the unit of its metric', async (text, judge) => {
  expect((await gateOf(text)).judge).toEqual(judge);
});

it.each([
  ['{ http: / }', 5000],
  ['{ http: /, interval: 500ms }', 500],
  ['{ http: /, interval: 1m }', 10_000],
  ['{ http: /, interval: 500ms, timeout: 2s }', 2000],
  ['{ command: x }', 10_000],
  ['{ command: { run: x, timeout: 3s } }', 3000],
  ['{ smoke: { requests: [{}, { request: { timeout: 2s } }] } }', 7000],
  [`{ smoke: { requests: [${Array(20).fill('{}').join(', ')}] } }`, 60_000],
])('%s may take so long for one reading', async (text, timeout) => {
  expect((await gateOf(text)).timeout).toBe(timeout);
});

it.each([
  ['http', (headers: string) => `{ http: { headers: ${headers} } }`, ['headers']],
  ['load', (headers: string) => `{ load: { rate: 1, headers: ${headers} } }`, ['headers']],
  [
    'smoke',
    (headers: string) => `{ smoke: { requests: [{ request: { headers: ${headers} } }] } }`,
    ['requests', 0, 'headers'],
  ],
])('secret headers of %s stay references', async (_, gate, path) => {
  const written = '{ a: { fromEnv: SHOP_TOKEN }, b: { fromFile: /run/secrets/key }, c: 1 }';
  const { settings } = await gateOf(gate(written));
  const headers = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], settings);
  expect(headers).toEqual({
    a: { fromEnv: 'SHOP_TOKEN' },
    b: { fromFile: '/run/secrets/key' },
    c: '1',
  });
});

it.each([
  ['{ edge: latency, judge: kayenta, compare: stable }', 'compare'],
  ['{ http: /, judge: kayenta }', 'cannot be compared'],
  ['{ edge: latency, judge: { kayenta: { pass: 50, marginal: 75 } } }', 'marginal no higher'],
  ['{ edge: latency, judge: another }', 'judge'],
])('%s is refused', async (text, words) => {
  await expect(gateOf(text)).rejects.toMatchObject({ why: expect.stringContaining(words) });
});
