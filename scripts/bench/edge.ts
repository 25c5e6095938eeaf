import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/helpers/free-port.ts';
import { missing, openFront } from '../../test/real/http-table/proxies.ts';
import { pound } from './pound.ts';
import { type Bed, makeBed, median, type Row } from './rig.ts';

const ROUNDS = 5;
const REPLICA = join(import.meta.dirname, 'replica.ts');

const LOADS = {
  small: { connections: 32, ms: 1500, path: '/' },
  '64 KB': { connections: 32, ms: 1500, path: '/large' },
  '256 connections': { connections: 256, ms: 1500, path: '/' },
} as const;
type Load = keyof typeof LOADS;

/** In MB, after the 256 connections. */
const MEMORY = 150;

/** What is measured: the edge, and beside it whatever of its peers is installed. */
interface Front {
  readonly name: string;
  readonly port: number;
  close(): Promise<void> | void;
}

/** The edge and its peers in turn, over the same replica, with the same load. */
export async function edgeRows(): Promise<Row[]> {
  const bed = await makeBed(
    ({ port, metrics }) => `
service: bench
release: v1
strategy: blue-green
provider:
  local: { command: [node, "${REPLICA}"], replicas: 1, ready: { path: /healthz }, edge: { port: ${port}, metricsPort: ${metrics} } }
defaults: { bake: { duration: 0s } }
`,
  );
  const fronts: Front[] = [];
  try {
    await bed.run('deploy');
    const { headers } = await fetch(`http://127.0.0.1:${bed.port}/`);
    const port = headers.get('x-port') as string;
    fronts.push({ name: 'edge', port: bed.port, close: () => {} }, await httpxy(port));
    if (!missing())
      for (const name of ['nginx', 'haproxy'] as const)
        fronts.push({ name, ...(await openFront(name, Number(port))) });
    return [
      ...(await rowsOf('small', fronts, { httpxy: 1 })),
      ...(await rowsOf('64 KB', fronts, { httpxy: 1 })),
      ...(await rowsOf('256 connections', fronts, { httpxy: 1 })),
      memoryRow(bed),
    ];
  } finally {
    for (const front of fronts) await front.close();
    await bed.remove();
  }
}

async function httpxy(replica: string): Promise<Front> {
  const port = await freePort();
  const target = `http://127.0.0.1:${replica}`;
  const peer = spawn(process.execPath, [
    join(import.meta.dirname, 'proxy-peer.ts'),
    target,
    String(port),
  ]);
  await once(peer.stdout, 'data');
  return { name: 'httpxy', port, close: () => void peer.kill() };
}

/** The edge's share of each peer; a goal only beside those that run on Node too. */
async function rowsOf(
  load: Load,
  fronts: readonly Front[],
  goals: Readonly<Record<string, number>>,
): Promise<Row[]> {
  const shares = new Map<string, number[]>();
  for (const { port } of fronts) await pound(port, { ...LOADS[load], ms: 500 });
  for (let round = 0; round < ROUNDS; round++) {
    const [edge = 0, ...peers] = await inTurn(fronts, load);
    peers.forEach((peer, i) => {
      const { name } = fronts[i + 1] as Front;
      shares.set(name, [...(shares.get(name) ?? []), edge / peer]);
    });
  }
  return [...shares].map(([name, all]) => {
    const goal = goals[name];
    const share = median(all);
    return {
      what: `edge throughput, ${load}, against ${name}`,
      measured: `${share.toFixed(2)} ×`,
      goal: goal === undefined ? 'only told' : `≥ ${goal} ×`,
      holds: goal === undefined || share >= goal,
    };
  });
}

async function inTurn(fronts: readonly Front[], load: Load): Promise<number[]> {
  const measured: number[] = [];
  for (const { port } of fronts) measured.push((await pound(port, LOADS[load])).perSecond);
  return measured;
}

function memoryRow({ folder }: Bed): Row {
  const megabytes = Math.max(...residentBelow(folder));
  return {
    what: 'edge memory after 256 connections',
    measured: `${megabytes} MB`,
    goal: `≤ ${MEMORY} MB`,
    holds: megabytes <= MEMORY,
  };
}

/** Of the keeper and the edge, which work in the state folder; the edge is the larger one. */
function residentBelow(folder: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && worksBelow(pid, folder))
    .map((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    });
}

function worksBelow(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(join(folder, 'state'));
  } catch {
    return false;
  }
}
