import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { METRICS_LIMITS } from './limits.ts';
import { BOUNDS, type Tallies } from './request-counts.ts';
import type { Switchboard } from './switchboard.ts';
import { Readers } from './window-readers.ts';

/** Numbers for gates (`/counts`) and for Prometheus (`/metrics`), apart from the traffic. */
export function metricsServer(tallies: Tallies, board: Switchboard): Server {
  const numbers = { tallies, readers: readersOf(board), began: performance.now() };
  let registry: Promise<Registry> | null = null;
  const answer = async ({ url = '/' }: IncomingMessage, response: ServerResponse) => {
    const [path, query] = url.split('?', 2);
    if (path === '/counts')
      return metricsJson(response, metricsCounts(numbers, new URLSearchParams(query)));
    if (path !== '/metrics') return void response.writeHead(404).end();
    // Loaded when first scraped: an edge that takes over must not wait for it.
    registry ??= registryOf(tallies, board);
    const found = await registry;
    response.writeHead(200, { 'content-type': found.contentType }).end(await found.metrics());
  };
  const server = createServer(BOUNDS_OF_A_REQUEST, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = METRICS_LIMITS.connections;
  return server;
}

interface Numbers {
  readonly tallies: Tallies;
  readonly readers: Readers;
  readonly began: number;
}

function readersOf(board: Switchboard): Readers {
  const readers = new Readers();
  board.onShares = () => readers.changed(performance.now());
  return readers;
}

const BOUNDS_OF_A_REQUEST = {
  headersTimeout: METRICS_LIMITS.request,
  requestTimeout: METRICS_LIMITS.request,
  connectionsCheckingInterval: METRICS_LIMITS.look,
  maxHeaderSize: METRICS_LIMITS.headBytes,
};

function metricsCounts(numbers: Numbers, query: URLSearchParams) {
  const { tallies, readers, began } = numbers;
  const number = (name: string, otherwise: number) =>
    Math.max(0, Number(query.get(name) ?? otherwise)) || otherwise;
  const now = performance.now();
  const asked = { span: number('span', 5000), age: number('age', 0) };
  const reader = query.get('reader');
  const window = reader === null ? asked : readers.next(reader.slice(0, 64), now, asked);
  // An edge that took over from a killed one knows nothing of the requests before it.
  const uptime = now - began;
  return { ...window, uptime, releases: tallies.read(now, window) };
}

function metricsJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function registryOf(tallies: Tallies, board: Switchboard): Promise<Registry> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const shared = { registers: [registry], labelNames: ['release', 'class'] };
  new Counter({
    ...shared,
    name: 'deployctl_edge_requests_total',
    help: 'Requests by release and status class; `failed` had no answer or a broken one.',
    collect() {
      this.reset();
      for (const [release, { classes, failed }] of tallies.all) {
        classes.forEach((count, first) => {
          if (count > 0) this.inc({ release, class: `${first}xx` }, count);
        });
        if (failed > 0) this.inc({ release, class: 'failed' }, failed);
      }
    },
  });
  const counters = [
    ['aborted', 'Requests whose client left before the answer was complete.'],
    ['retried', 'Requests that were sent to another replica.'],
  ] as const;
  for (const [field, help] of counters) {
    new Counter({
      name: `deployctl_edge_${field}_total`,
      help,
      labelNames: ['release'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [release, tally] of tallies.all) this.inc({ release }, tally[field]);
      },
    });
  }
  new Counter({
    name: 'deployctl_edge_refused_total',
    help: 'Requests turned away for what their client did, by status: they count for no release.',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [status, count] of tallies.refused) this.inc({ status }, count);
    },
  });
  new Gauge({
    name: 'deployctl_edge_weight',
    help: 'Percent of the traffic that the release gets.',
    labelNames: ['release'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [release, weight] of Object.entries(board.table.split ?? {}))
        this.set({ release }, weight);
    },
  });
  registry.registerMetric(durations(tallies) as never);
  return registry;
}

/** A histogram in the shape the registry asks for, summed when scraped instead of at each request. */
function durations(tallies: Tallies) {
  const name = 'deployctl_edge_request_seconds';
  const values = () =>
    [...tallies.all].flatMap(([release, { durations: bins, seconds }]) => {
      let sum = 0;
      const buckets = Array.from(bins, (count, i) => {
        sum += count;
        return {
          metricName: `${name}_bucket`,
          labels: { release, le: BOUNDS[i] ?? '+Inf' },
          value: sum,
        };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels: { release }, value: seconds },
        { metricName: `${name}_count`, labels: { release }, value: sum },
      ];
    });
  const get = async () => ({
    name,
    help: 'Time to the complete answer, by release.',
    type: 'histogram',
    aggregator: 'sum',
    values: values(),
  });
  return { name, get, reset() {} };
}
