import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../helpers/free-port.ts';

/** Careless queries must not take the machine with them. */
const LIMITS = ['--query.max-samples=200000', '--query.timeout=5s', '--query.lookback-delta=10s'];

export interface Prometheus {
  readonly address: string;
  close(): Promise<void>;
}

/** A real server with a folder of its own, which scrapes this address every second; `rules` as JSON. */
export async function startPrometheus(
  target: string,
  rules: readonly object[] = [],
): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-prometheus-'));
  const port = await freePort();
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    `global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.json]\nscrape_configs: [{job_name: shop, static_configs: [{targets: ['${target}']}]}]\n`,
  );
  const groups = [{ name: 'shop', rules }];
  await writeFile(join(folder, 'rules.json'), JSON.stringify({ groups }));
  const listen = `--web.listen-address=127.0.0.1:${port}`;
  const storage = `--storage.tsdb.path=${join(folder, 'data')}`;
  const args = [`--config.file=${config}`, storage, listen, ...LIMITS];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  const address = `http://127.0.0.1:${port}`;
  await ready(child, address);
  return {
    address,
    close: async () => {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill()) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, address: string): Promise<void> {
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`${(error as Error).message}: run .ci/prometheus`);
  });
  for (let tries = 0; tries < 300; tries++) {
    const answer = await Promise.race([fetch(`${address}/-/ready`).catch(() => null), failed]);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error('the Prometheus server does not become ready');
}

/** A service that counts requests per version, as a real one would, without serving any. */
export class Exporter {
  readonly #counts = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Exporter> {
    const server = createServer();
    const exporter = new Exporter(server);
    server.on('request', (_, response) =>
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(exporter.#text()),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return exporter;
  }

  get target(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(version: string, code: number, times: number): void {
    const series = `http_requests_total{version="${version}",code="${code}"}`;
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + times);
  }

  /** Any series, as it is scraped. */
  set(series: string, value: number): void {
    this.#counts.set(series, value);
  }

  #text(): string {
    const lines = [...this.#counts].map(([series, value]) => `${series} ${value}`);
    return `${lines.join('\n')}\n`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
