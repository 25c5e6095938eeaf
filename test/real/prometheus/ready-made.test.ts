import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender, until } from '../../gates/kit/rig.ts';
import { Exporter, type Prometheus, startPrometheus } from './server.ts';

/** The counters of each origin as it writes them, for one release: labels without those of the answer. */
const SERIES = {
  edge: ['deployctl_edge_requests_total', 'release="v42-abc"', 'class="2xx"', 'class="5xx"'],
  'ingress-nginx': [
    'nginx_ingress_controller_requests',
    'namespace="shop",ingress="shop",service="web-v42"',
    'status="200"',
    'status="502"',
  ],
  istio: [
    'istio_requests_total',
    'reporter="source",destination_workload_namespace="shop",destination_workload="web-v42"',
    'response_code="200"',
    'response_code="0"',
  ],
  envoy: [
    'envoy_cluster_upstream_rq',
    'envoy_cluster_name="shop/web-v42/80"',
    'envoy_response_code="200"',
    'envoy_response_code="503"',
  ],
  traefik: [
    'traefik_service_requests_total',
    'service="shop-web-v42-80@kubernetescrd",method="GET"',
    'code="200"',
    'code="500"',
  ],
  linkerd: [
    'response_total',
    'direction="inbound",namespace="shop",deployment="web-v42"',
    'classification="success"',
    'classification="failure"',
  ],
  opentelemetry: [
    'http_server_request_duration_seconds_count',
    'service_version="v42"',
    'http_response_status_code="200"',
    'http_response_status_code="500"',
  ],
  'prom-client': [
    'http_request_duration_seconds_count',
    'version="v42"',
    'status_code="200"',
    'status_code="500"',
  ],
} as const;

/** Buckets up to 250 ms and all; bounds in the unit of the origin. */
const BUCKETS = {
  edge: ['deployctl_edge_request_seconds_bucket', '0.25'],
  istio: ['istio_request_duration_milliseconds_bucket', '250'],
  'prom-client': ['http_request_duration_seconds_bucket', '0.25'],
} as const;

const labels = async () => ({
  service: { namespace: 'shop' },
  candidate: { service: 'web-v42', workload: 'web-v42', podTemplateHash: 'f00' },
  stable: { service: 'web-v41', workload: 'web-v41', podTemplateHash: 'ba7' },
});

let exporter: Exporter;
let server: Prometheus;
const source = createPrometheusSource(sender);

beforeAll(async () => {
  exporter = await Exporter.start();
  exporter.set('up_marker', 1);
  server = await startPrometheus(exporter.target);
  await until(async () => (await ask({ query: 'sum(up_marker)', unit: 'count' })).kind === 'ok');
  for (const [name, track, good, failed] of Object.values(SERIES)) {
    exporter.set(`${name}{${track},${good}}`, 190);
    exporter.set(`${name}{${track},${failed}}`, 10);
  }
  for (const [origin, [name, bound]] of Object.entries(BUCKETS)) {
    const [, track] = SERIES[origin as keyof typeof BUCKETS];
    exporter.set(`${name}{${track},le="${bound}"}`, 150);
    exporter.set(`${name}{${track},le="+Inf"}`, 200);
  }
  const pod = 'namespace="shop",pod="web-v42-f00-x7b2p",container="web"';
  exporter.set(`container_memory_working_set_bytes{${pod}}`, 300);
  exporter.set(`kube_pod_container_resource_limits{${pod},resource="memory"}`, 400);
});

afterAll(async () => {
  await server.close();
  await exporter.close();
});

function ask(more: object) {
  const to = Date.now();
  const window = { from: to - 8000, to, span: 8000, age: 0 };
  const asked = settings.parse({ address: server.address, ...more });
  return source.measure(asking(asked, { window, labels }));
}

/** Scraped twice, and not yet out of the window. */
async function seen(more: object, isRight: (value: number) => boolean) {
  let last = await ask(more);
  await until(async () => {
    last = await ask(more);
    return last.kind === 'ok' && isRight(last.candidate?.value ?? Number.NaN);
  }).catch(() => {});
  return last;
}

test.each(Object.keys(SERIES))('the success rate of %s needs no query', async (of) => {
  const found = await seen({ measure: 'success-rate', of }, (value) => value === 0.95);
  expect(found).toMatchObject({
    kind: 'ok',
    unit: 'ratio',
    candidate: { value: 0.95, bad: 10, total: 200 },
  });
});

test.each(Object.keys(BUCKETS))('slow requests of %s are counted by its own unit', async (of) => {
  const found = await seen({ measure: 'slow', of, slowerThan: '250ms' }, (v) => v === 0.25);
  expect(found).toMatchObject({ kind: 'ok', candidate: { value: 0.25, bad: 50, total: 200 } });
});

test('memory is the share of its limit that the pods of the release use', async () => {
  const found = await seen({ measure: 'memory' }, (value) => value === 0.75);
  expect(found).toMatchObject({ kind: 'ok', unit: 'ratio', candidate: { value: 0.75 } });
});

test('labels of the user’s own take the place of those that tell the releases apart', async () => {
  const where = { service_version: '{{version}}' };
  const found = await seen({ measure: 'error-rate', of: 'opentelemetry', where }, (v) => v > 0);
  expect(found).toMatchObject({ kind: 'ok', candidate: { bad: 10, total: 200 } });
  const wrong = { service_version: '{{project}}' };
  expect(await ask({ measure: 'error-rate', of: 'opentelemetry', where: wrong })).toMatchObject({
    kind: 'sourceError',
    detail: expect.stringContaining('{{project}} is not known'),
  });
});
