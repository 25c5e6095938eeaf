import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * How long the command line takes to start, as a ratio to a Node that does nothing. The rows take
 * turns, so that a busy machine slows all of them alike; the lower quartile is what is compared.
 */
const BINARY = join(import.meta.dirname, '../../bin/deployctl.js');
const ROUNDS = Number(process.argv[2] ?? 25);
const folder = mkdtempSync(join(tmpdir(), 'deployctl-startup-'));
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true' };

const rows = [
  { name: 'bare node', args: [join(folder, 'nothing.mjs')], most: null },
  { name: '--version', args: [BINARY, '--version'], most: 1.5 },
  { name: '--help', args: [BINARY, '--help'], most: 1.5 },
  { name: 'status', args: [BINARY, 'status'], most: 3 },
  { name: 'history', args: [BINARY, 'history'], most: 3 },
] as const;

const SERVER = `import { createServer } from 'node:http';
createServer((_, response) => response.end('ok')).listen(process.env.PORT);`;

try {
  await prepare();
  const times = rows.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    rows.forEach(({ args }, index) => times[index]?.push(timed(args)));
  const [bare = 1, ...others] = times.map(lowerQuartile);
  console.log(`bare node    ${bare.toFixed(0)} ms`);
  others.forEach((time, index) => report(rows[index + 1] as (typeof rows)[number], time, bare));
} finally {
  spawnSync(process.execPath, [BINARY, 'down', '--yes'], { cwd: folder, env });
  rmSync(folder, { recursive: true, force: true });
}

/** A service that runs, so that status and history have something to tell. */
async function prepare(): Promise<void> {
  writeFileSync(join(folder, 'nothing.mjs'), '');
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  const ports = `{ port: ${await freePort()}, metricsPort: ${await freePort()} }`;
  writeFileSync(
    join(folder, 'deploy.config.yaml'),
    `service: bench\nstrategy: canary\nprovider:\n  local:\n    command: [node, server.mjs]\n    edge: ${ports}\n`,
  );
  const deployed = spawnSync(
    process.execPath,
    [BINARY, 'deploy', '--release', 'v1', '--set', 'canary.bake=0s'],
    { cwd: folder, env, encoding: 'utf8' },
  );
  if (deployed.status !== 0) throw new Error(deployed.stdout + deployed.stderr);
  for (const { args } of rows) timed(args);
}

function timed(args: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} exits with ${status}: ${stderr}`);
  return took;
}

function lowerQuartile(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)] ?? 0;
}

function report({ name, most }: (typeof rows)[number], time: number, bare: number): void {
  const ratio = time / bare;
  const goal = most === null ? '' : `  goal ≤ ${most}  ${ratio <= most ? '✔' : '✖'}`;
  console.log(`${name.padEnd(12)} ${time.toFixed(0)} ms  ${ratio.toFixed(2)} ×${goal}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
