import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROUTERS, SERVICE_PROPAGATION } from '../../../providers/kubernetes/routers/index.ts';
import { KUBECONFIG } from '../../../test/real/kubernetes/ground.ts';
import type { RouterFigures } from '../../../test/real/kubernetes/routers/figures.ts';

/**
 * One line for each router: the share of requests that each weight gave, and how long after our write
 * the last old answer came. It runs the tests that measure this through real data planes.
 */

const SUITES = 'test/real/kubernetes/routers';
const REPOSITORY = resolve(import.meta.dirname, '../../..');
/** Why a router has no figures even where all suites ran. */
const WITHOUT: Readonly<Record<string, string>> = {
  grpcRoute: 'written and read back; the service of the tests speaks no gRPC',
  albIngress: 'written and read back; its load balancer is in AWS alone',
  trafficSplit: 'refused, with what to use instead',
};

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

async function measured(only: readonly string[]): Promise<ReadonlyMap<string, RouterFigures>> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  const file = join(folder, 'figures');
  await writeFile(file, '');
  const suites = only.length > 0 ? only.map((name) => `${SUITES}/${name}`) : [SUITES];
  const words = ['vitest', 'run', '--config', 'vitest.real.config.ts', ...suites];
  const env = { ...process.env, DEPLOYCTL_ROUTER_FIGURES: file };
  try {
    const child = spawn('npx', words, { cwd: REPOSITORY, env, stdio: ['ignore', 2, 2] });
    const [code] = await once(child, 'close');
    if (code !== 0) process.exitCode = 1;
    const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
    const all = lines.map((line) => JSON.parse(line) as RouterFigures);
    return new Map(all.map((one) => [one.router, one]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lineOf(router: string, propagation: number, figures: RouterFigures | undefined): string {
  if (!figures) {
    const why = WITHOUT[router] ?? 'not measured in this run';
    return row(router, why, '', '', '', `${propagation / 1000} s`);
  }
  const { shares, switches, requests, failed, median, most } = figures;
  const within = shares.filter(({ within: is }) => is).length;
  const told = shares.map(({ weight, seen }) => `${weight} → ${(100 * seen).toFixed(1)}`);
  return row(
    router,
    shares.length === 0 ? 'all or nothing' : `${told.join(', ')}: ${within} of ${shares.length}`,
    `${switches}: ${failed} of ${requests}`,
    `${median} ms`,
    `${most} ms`,
    `${propagation / 1000} s`,
  );
}

if (KUBECONFIG === undefined)
  throw new Error(
    'no cluster: test/real/cluster/cluster up, then export DEPLOYCTL_TEST_KUBECONFIG',
  );
const figures = await measured(process.argv.slice(2));
const head = row(
  'router',
  'weight → share, %: within 999 of 1,000',
  'switches: failed requests',
  'last old answer: median',
  'most',
  'waited for',
);
const all = [{ kind: 'service', propagation: SERVICE_PROPAGATION }, ...ROUTERS];
const lines = all.map(({ kind, propagation }) => lineOf(kind, propagation ?? 0, figures.get(kind)));
process.stdout.write(`${[head, '|---|---|---|---|---|---|', ...lines].join('\n')}\n`);
