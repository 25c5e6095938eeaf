import type { GateSourceKind } from '../contract/index.ts';
import type { Catalogue } from './shelf.ts';

/** What a gate can ask. */
export const GATE_SOURCES: Catalogue<GateSourceKind<never>> = {
  http: async () => (await import('../../gates/http/index.ts')).httpSource,
  tcp: async () => (await import('../../gates/tcp/index.ts')).tcpSource,
  command: async () => (await import('../../gates/command/index.ts')).commandSource,
  smoke: async () => (await import('../../gates/smoke/index.ts')).smokeSource,
  edge: async () => (await import('../../gates/edge/index.ts')).edgeSource,
  health: async () => (await import('../../gates/health/index.ts')).healthSource,
  load: async () => (await import('../../gates/load/index.ts')).loadSource,
  loadtool: async () => (await import('../../gates/loadtool/index.ts')).loadToolSource,
  prometheus: async () => (await import('../../gates/prometheus/index.ts')).prometheusSource,
  alertmanager: async () => (await import('../../gates/alertmanager/index.ts')).alertmanagerSource,
  cloudwatch: async () => (await import('../../gates/cloudwatch/index.ts')).cloudwatchSource,
  datadog: async () => (await import('../../gates/datadog/index.ts')).datadogSource,
  graphite: async () => (await import('../../gates/graphite/index.ts')).graphiteSource,
  influxdb: async () => (await import('../../gates/influxdb/index.ts')).influxdbSource,
  newrelic: async () => (await import('../../gates/newrelic/index.ts')).newrelicSource,
  dynatrace: async () => (await import('../../gates/dynatrace/index.ts')).dynatraceSource,
  google: async () => (await import('../../gates/google/index.ts')).googleSource,
  elasticsearch: async () =>
    (await import('../../gates/elasticsearch/index.ts')).elasticsearchSource,
  loki: async () => (await import('../../gates/loki/index.ts')).lokiSource,
  json: async () => (await import('../../gates/json/index.ts')).jsonSource,
};
