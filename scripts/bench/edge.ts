import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../test/helpers/free-port.ts';
import { pound } from './pound.ts';
import { makeBed, median, type Row, SERVER } from './rig.ts';

const ROUNDS = 5;
const LOAD = { connections: 32, ms: 2000 };

/** The edge and its peer in turn, over the same replica, with the same load. */
export async function edgeRows(): Promise<Row[]> {
  const bed = await makeBed(
    ({ port, metrics }) => `
service: bench
release: v1
strategy: blue-green
provider:
  local: { command: [node, "${SERVER}"], replicas: 1, ready: { path: /healthz }, edge: { port: ${port}, metricsPort: ${metrics} } }
defaults: { bake: { duration: 0s } }
`,
  );
  await bed.run('deploy');
  const { observation } = JSON.parse((await bed.run('status', '--output', 'json')).stdout);
  const peerPort = await freePort();
  const peer = spawn(process.execPath, [
    join(import.meta.dirname, 'proxy-peer.ts'),
    observation.releases[0].address,
    String(peerPort),
  ]);
  try {
    await once(peer.stdout, 'data');
    return rowsOf(await rounds(bed.port, peerPort));
  } finally {
    peer.kill();
    await bed.remove();
  }
}

interface Pair {
  readonly throughput: number;
  readonly p99: number;
}

async function rounds(ours: number, peers: number): Promise<Pair[]> {
  await pound(ours, { ...LOAD, ms: 1000 });
  await pound(peers, { ...LOAD, ms: 1000 });
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [mine, theirs] = [await pound(ours, LOAD), await pound(peers, LOAD)];
    pairs.push({ throughput: mine.perSecond / theirs.perSecond, p99: mine.p99 / theirs.p99 });
  }
  return pairs;
}

function rowsOf(pairs: readonly Pair[]): Row[] {
  const throughput = median(pairs.map((pair) => pair.throughput));
  const p99 = median(pairs.map((pair) => pair.p99));
  return [
    {
      what: 'edge throughput, against httpxy',
      measured: `${throughput.toFixed(2)} ×`,
      goal: '≥ 1 ×',
      holds: throughput >= 1,
    },
    {
      what: 'edge p99, against httpxy',
      measured: `${p99.toFixed(2)} ×`,
      goal: '≤ 1 ×',
      holds: p99 <= 1,
    },
  ];
}
