import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Front, ON_NODE, openPeers } from './peers.ts';
import { pound } from './pound.ts';
import { type Bed, makeBed, type Row } from './rig.ts';

/** Many short rounds in turn: what else the machine does then touches all of them alike. */
const ROUNDS = 8;
/** Until what is compiled while it runs is compiled, on a busy machine too. */
const WARM = 2500;
const REPLICA = join(import.meta.dirname, 'replica.ts');

const LOADS = {
  small: { connections: 32, ms: 600, path: '/' },
  '64 KB': { connections: 32, ms: 600, path: '/large' },
  '256 connections': { connections: 256, ms: 600, path: '/' },
} as const;
type Load = keyof typeof LOADS;

/** The edge's share of the best proxy that runs on Node too. */
const GOALS: Readonly<Record<Load, number>> = { small: 1.25, '64 KB': 1.1, '256 connections': 1.1 };

/** In MB, after the 256 connections. */
const MEMORY = 152;

/** The edge and its peers in turn, over the same replica, with the same load. */
export async function edgeRows(): Promise<Row[]> {
  const bed = await makeBed(
    ({ port, metrics }) => `
service: bench
release: v1
strategy: blue-green
provider:
  local: { command: ["${process.execPath}", "${REPLICA}"], replicas: 1, ready: { path: /healthz }, edge: { port: ${port}, metricsPort: ${metrics} } }
defaults: { bake: { duration: 0s } }
`,
  );
  const fronts: Front[] = [];
  try {
    const { code, stdout } = await bed.run('deploy');
    if (code !== 0) throw new Error(stdout);
    const { headers } = await fetch(`http://127.0.0.1:${bed.port}/`);
    const { fronts: peers, absent } = await openPeers(Number(headers.get('x-port')));
    const pid = edgeOf(bed);
    fronts.push({ name: 'edge', port: bed.port, pid, close: () => {} }, ...peers);
    for (const name of absent) process.stdout.write(`not measured, as it is not here: ${name}\n`);
    const rows: Row[] = [];
    for (const load of Object.keys(LOADS) as Load[]) rows.push(...(await rowsOf(load, fronts)));
    return [...rows, ...memoryRows(fronts)];
  } finally {
    for (const front of fronts) await front.close();
    await bed.remove();
  }
}

interface Sum {
  requests: number;
  /** Ms of processor time. */
  work: number;
}

async function rowsOf(load: Load, fronts: readonly Front[]): Promise<Row[]> {
  for (const { port } of fronts) await pound(port, { ...LOADS[load], ms: WARM });
  const sums = new Map<string, Sum>(fronts.map(({ name }) => [name, { requests: 0, work: 0 }]));
  for (let round = 0; round < ROUNDS; round++)
    for (const front of fronts) await measure(front, load, sums.get(front.name) as Sum);
  const edge = sums.get('edge') as Sum;
  const best = ON_NODE.filter((name) => sums.has(name)).sort(
    (a, b) => (sums.get(b) as Sum).requests - (sums.get(a) as Sum).requests,
  )[0];
  return fronts.slice(1).flatMap(({ name, pid }) => {
    const peer = sums.get(name) as Sum;
    const goal = name === best ? GOALS[load] : null;
    const rows = [row(`throughput, ${load}, against ${name}`, edge.requests / peer.requests, goal)];
    // Holds on a busy machine too: how much of a processor each of its requests takes.
    if (pid !== null)
      rows.push(
        row(
          `requests per second of processor, ${load}, against ${name}`,
          perWork(edge) / perWork(peer),
          goal,
        ),
      );
    return rows;
  });
}

const perWork = ({ requests, work }: Sum) => requests / work;

async function measure({ port, pid }: Front, load: Load, sum: Sum): Promise<void> {
  const before = workOf(pid);
  sum.requests += (await pound(port, LOADS[load])).requests;
  sum.work += workOf(pid) - before;
}

function row(what: string, share: number, goal: number | null): Row {
  return {
    what: `edge ${what}`,
    measured: `${share.toFixed(2)} ×`,
    goal: goal === null ? 'only told' : `≥ ${goal} ×`,
    holds: goal === null || share >= goal,
  };
}

/** The kernel counts in hundredths of a second. */
function workOf(pid: number | null): number {
  if (pid === null) return 0;
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13);
  return 10 * (Number(user) + Number(system));
}

function memoryRows(fronts: readonly Front[]): Row[] {
  return fronts.flatMap(({ name, pid }) => {
    if (pid === null) return [];
    const isEdge = name === 'edge';
    const megabytes = residentOf(pid);
    return {
      what: `${name} memory after 256 connections`,
      measured: `${megabytes} MB`,
      goal: isEdge ? `≤ ${MEMORY} MB` : 'only told',
      holds: !isEdge || megabytes <= MEMORY,
    };
  });
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/** Of the keeper and the edge, which work in the state folder, the one whose record says so. */
function edgeOf({ folder }: Bed): number {
  const pids = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksBelow(pid, folder));
  const edge = pids.find((pid) =>
    /^deployctl-edge/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
  );
  if (!edge) throw new Error('no edge runs');
  return Number(edge);
}

function worksBelow(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(join(folder, 'state'));
  } catch {
    return false;
  }
}
