import type { PrometheusSettings } from './settings.ts';

/** What counts requests, how it writes failures, and which labels tell the releases apart. */
interface ReadyMadeOrigin {
  /** Counter of all requests, without braces. */
  readonly requests: string;
  readonly failed: string;
  /** Buckets of the time to the answer, and how many of their unit are a second. */
  readonly buckets: string;
  readonly perSecond: 1 | 1000;
  /** Names in double braces are filled in, for each release. */
  readonly track: string;
}

/** What each writes by default. Where a platform counts both releases as one, `where` tells them apart. */
export const ORIGINS = {
  edge: {
    requests: 'deployctl_edge_requests_total',
    failed: 'class=~"5xx|failed"',
    buckets: 'deployctl_edge_request_seconds_bucket',
    perSecond: 1,
    track: 'release="{{release}}"',
  },
  'ingress-nginx': {
    requests: 'nginx_ingress_controller_requests',
    failed: 'status=~"5.."',
    buckets: 'nginx_ingress_controller_response_duration_seconds_bucket',
    perSecond: 1,
    track: 'namespace="{{namespace}}",service="{{service}}"',
  },
  istio: {
    requests: 'istio_requests_total',
    failed: 'response_code=~"5..|0"',
    buckets: 'istio_request_duration_milliseconds_bucket',
    perSecond: 1000,
    // As the sender sees it: who is asked does not count what never reached it.
    track:
      'reporter="source",destination_workload_namespace="{{namespace}}",destination_workload="{{workload}}"',
  },
  envoy: {
    requests: 'envoy_cluster_upstream_rq',
    failed: 'envoy_response_code=~"5.."',
    buckets: 'envoy_cluster_upstream_rq_time_bucket',
    perSecond: 1000,
    track: 'envoy_cluster_name=~".*{{namespace}}[/_]{{service}}[/_].*"',
  },
  traefik: {
    requests: 'traefik_service_requests_total',
    failed: 'code=~"5.."',
    buckets: 'traefik_service_request_duration_seconds_bucket',
    perSecond: 1,
    track: 'service=~"{{namespace}}-{{service}}-.*@kubernetes.*"',
  },
  linkerd: {
    requests: 'response_total',
    failed: 'classification="failure"',
    buckets: 'response_latency_ms_bucket',
    perSecond: 1000,
    track: 'direction="inbound",namespace="{{namespace}}",deployment="{{workload}}"',
  },
  opentelemetry: {
    requests: 'http_server_request_duration_seconds_count',
    failed: 'http_response_status_code=~"5.."',
    buckets: 'http_server_request_duration_seconds_bucket',
    perSecond: 1,
    track: 'service_version="{{version}}"',
  },
  'prom-client': {
    requests: 'http_request_duration_seconds_count',
    failed: 'status_code=~"5.."',
    buckets: 'http_request_duration_seconds_bucket',
    perSecond: 1,
    track: 'version="{{version}}"',
  },
} as const satisfies Readonly<Record<string, ReadyMadeOrigin>>;

export type OriginName = keyof typeof ORIGINS;

const POD_MATCHERS = 'namespace="{{namespace}}",pod=~"{{workload}}-{{podTemplateHash}}-.*"';

/** What is asked for by name. */
export const MEASURES = [
  'success-rate',
  'error-rate',
  'slow',
  'latency',
  'throughput',
  'restarts',
  'cpu',
  'memory',
] as const;

/** The question in full: in the words in which it could have been written. */
export type WrittenQueries = Pick<
  PrometheusSettings,
  'total' | 'bad' | 'histogram' | 'slowerThan' | 'query' | 'unit'
> & {
  /** Counted is what fails, told is what does not. */
  readonly good?: boolean;
  /** How many of the histogram's unit are a second. */
  readonly perSecond?: number;
};

export function writtenOut(settings: PrometheusSettings): WrittenQueries {
  const { measure, of, where } = settings;
  if (measure === undefined) return settings;
  const more = Object.entries(where).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const on = (...matchers: readonly string[]) => `{${[...matchers, ...more].join(',')}}`;
  if (measure === 'restarts' || measure === 'cpu' || measure === 'memory')
    return POD_QUERIES[measure](on(POD_MATCHERS));
  const origin: ReadyMadeOrigin = ORIGINS[of ?? 'prom-client'];
  // Who names the labels says what tells the releases apart.
  const track = more.length > 0 ? [] : [origin.track];
  const total = origin.requests + on(...track);
  const bad = origin.requests + on(...track, origin.failed);
  const histogram = origin.buckets + on(...track);
  switch (measure) {
    case 'success-rate':
      return { total, bad, good: true };
    case 'error-rate':
      return { total, bad };
    case 'slow':
      return { histogram, slowerThan: settings.slowerThan, perSecond: origin.perSecond };
    case 'throughput':
      return { query: `sum(rate(${total}[{{window}}]))`, unit: 'perSecond' };
    case 'latency': {
      const quantile = settings.quantile ?? 0.95;
      const perBucket = `sum by (le) (rate(${histogram}[{{window}}]))`;
      const value = `histogram_quantile(${quantile}, ${perBucket})`;
      return { query: origin.perSecond === 1 ? `1000 * ${value}` : value, unit: 'ms' };
    }
  }
}

const POD_QUERIES: Readonly<
  Record<'restarts' | 'cpu' | 'memory', (pods: string) => WrittenQueries>
> = {
  restarts: (pods) => ({
    query: `sum(increase(kube_pod_container_status_restarts_total${pods}[{{window}}]))`,
    unit: 'count',
  }),
  cpu: (pods) => ({
    query: quotientOf(
      `sum(rate(container_cpu_usage_seconds_total${podsWithMatcher(pods, 'container!=""')}[{{window}}]))`,
      `sum(kube_pod_container_resource_limits${podsWithMatcher(pods, 'resource="cpu"')})`,
    ),
    unit: 'ratio',
  }),
  memory: (pods) => ({
    query: quotientOf(
      `sum(container_memory_working_set_bytes${podsWithMatcher(pods, 'container!=""')})`,
      `sum(kube_pod_container_resource_limits${podsWithMatcher(pods, 'resource="memory"')})`,
    ),
    unit: 'ratio',
  }),
};

const quotientOf = (part: string, whole: string) => `${part} / ${whole}`;
const podsWithMatcher = (pods: string, matcher: string) => `${pods.slice(0, -1)},${matcher}}`;
