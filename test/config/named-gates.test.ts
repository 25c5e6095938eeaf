import { expect, test } from 'vitest';
import { LEAST, loadWith, problemsOf } from './loading.ts';

const gatesOf = async (more: string) => (await loadWith(more)).gates;

test('a gate that names no source is told by its name what it measures', async () => {
  const { 'success-rate': rate, ready } = await gatesOf(
    'gates: { success-rate: { min: 99% }, ready: { min: 80% } }',
  );
  expect(rate).toMatchObject({
    source: 'edge',
    settings: { metric: 'successRate' },
    judge: { min: 0.99, minSamples: 20 },
    windowed: true,
  });
  expect(ready).toMatchObject({ source: 'health', settings: { of: 'ready' } });
});

test('what `metrics` says is asked first, with what it says, and labels come from the platform', async () => {
  const { 'success-rate': rate, memory } = await gatesOf(`\
metrics: { prometheus: { address: "http://prometheus.example:9090", of: istio } }
gates: { success-rate: { min: 99% }, memory: { max: 90% } }`);
  expect(rate).toMatchObject({
    source: 'prometheus',
    settings: { address: 'http://prometheus.example:9090', measure: 'success-rate', of: 'istio' },
    labels: expect.arrayContaining(['workload', 'namespace']),
  });
  // Pods are those of Kubernetes, whoever counts the requests.
  expect(memory).toMatchObject({ source: 'prometheus', settings: { measure: 'memory' } });
});

test('a source that is written wins over the name', async () => {
  const { 'success-rate': rate } = await gatesOf(
    'gates: { success-rate: { edge: errorRate, max: 1% } }',
  );
  expect(rate).toMatchObject({ source: 'edge', settings: { metric: 'errorRate' } });
});

test('a name that no source knows is refused as a gate without a source', async () => {
  const problems = await problemsOf(`${LEAST}gates: { happiness: { min: 99% } }`);
  expect(problems).toEqual([
    expect.stringMatching(/gates.happiness.*found no source, expected exactly one of/),
  ]);
});
