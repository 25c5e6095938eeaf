import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../test/helpers/free-port.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
export const BINARY = join(REPOSITORY, 'bin/deployctl.js');
export const SERVER = join(REPOSITORY, 'examples/shop/server.js');

/** A deployed service of its own for a measurement: its own folder, state and ports. */
export interface Bed {
  readonly folder: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  run(
    ...args: string[]
  ): Promise<{ code: number | null; stdout: string; ms: number; began: number }>;
  remove(): Promise<void>;
}

export async function makeBed(
  config: (ports: { port: number; metrics: number }) => string,
): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  const [port, metrics] = [await freePort(), await freePort()];
  await writeFile(join(folder, 'deploy.config.yaml'), config({ port, metrics }));
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true' };
  const run = (...args: string[]) => runBinary(args, { cwd: folder, env });
  return {
    folder,
    port,
    env,
    run,
    remove: async () => {
      await run('down', '--yes', '--force');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same with the smallest config there is, deployed once. */
export async function makeDeployedBed(): Promise<Bed> {
  const bed = await makeBed(
    ({ port, metrics }) => `service: shop
release: v1
strategy: canary
provider:
  local:
    command: [node, "${SERVER}"]
    edge: { port: ${port}, metricsPort: ${metrics} }
defaults: { bake: 0s }
`,
  );
  const { code, stdout } = await bed.run('deploy');
  if (code !== 0) throw new Error(stdout);
  return bed;
}

async function runBinary(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const began = Date.now();
  const start = performance.now();
  const child = spawn(process.execPath, [BINARY, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout, ms: performance.now() - start, began };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line of the table: what, what was measured, what is wanted, whether it holds. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly holds: boolean;
}
