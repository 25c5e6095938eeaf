import { expect, test } from 'vitest';
import { metricOf } from '../../../gates/prometheus/metric.ts';
import { questionOf } from '../../../gates/prometheus/queries.ts';
import { ORIGINS } from '../../../gates/prometheus/ready-made.ts';
import { settings } from '../../../gates/prometheus/settings.ts';

const address = 'http://prometheus.example:9090';
const parse = (more: object) => settings.safeParse({ address, ...more });

test('a question by name knows its unit, and what the platform must be able to tell', () => {
  const rate = settings.parse({ address, measure: 'success-rate', of: 'istio' });
  expect(metricOf(rate)).toMatchObject({
    unit: 'ratio',
    windowed: true,
    minSamples: 20,
    labels: ['namespace', 'workload'],
  });
  const latency = settings.parse({ address, measure: 'latency', of: 'edge', quantile: 'p99' });
  expect(metricOf(latency)).toMatchObject({ unit: 'ms', labels: [] });
  expect(questionOf(latency, false).queries[0]).toMatch(
    /^1000 \* histogram_quantile\(0.99, sum by \(le\)/,
  );
  const restarts = settings.parse({ address, measure: 'restarts' });
  expect(metricOf(restarts)).toMatchObject({
    unit: 'count',
    labels: ['namespace', 'workload', 'podTemplateHash'],
  });
});

test.each([
  ['no origin', { measure: 'success-rate' }],
  ['an origin for pods', { measure: 'cpu', of: 'istio' }],
  ['slow without a bound', { measure: 'slow', of: 'istio' }],
  ['a bound for what is not slow', { measure: 'error-rate', of: 'istio', slowerThan: '1s' }],
  ['a percentile of a rate', { measure: 'error-rate', of: 'istio', quantile: 'p95' }],
  ['a query besides', { measure: 'error-rate', of: 'istio', query: 'up', unit: 'count' }],
  ['an origin without a measure', { of: 'istio', query: 'up', unit: 'count' }],
  ['a percentile that is none', { measure: 'latency', of: 'istio', quantile: 'p100' }],
])('%s is refused', (_, more) => {
  expect(parse(more).success).toBe(false);
});

test('every origin can be asked everything that is counted', () => {
  for (const of of Object.keys(ORIGINS))
    for (const more of [
      { measure: 'success-rate' },
      { measure: 'error-rate' },
      { measure: 'slow', slowerThan: '300ms' },
      { measure: 'latency' },
      { measure: 'throughput' },
    ])
      expect(parse({ of, ...more }).success, `${of} ${more.measure}`).toBe(true);
});

test('what pods use is asked of the pods of one release alone', () => {
  const asked = (measure: 'restarts' | 'cpu' | 'memory') =>
    questionOf(settings.parse({ address, measure }), false).queries[0];
  const pods = 'namespace="{{namespace}}",pod=~"{{workload}}-{{podTemplateHash}}-.*"';
  const limits = (of: string) =>
    `sum(kube_pod_container_resource_limits{${pods},resource="${of}"})`;
  expect(asked('restarts')).toBe(
    `sum(increase(kube_pod_container_status_restarts_total{${pods}}[{{window}}]))`,
  );
  expect(asked('cpu')).toBe(
    `sum(rate(container_cpu_usage_seconds_total{${pods},container!=""}[{{window}}])) / ${limits('cpu')}`,
  );
  expect(asked('memory')).toBe(
    `sum(container_memory_working_set_bytes{${pods},container!=""}) / ${limits('memory')}`,
  );
});
