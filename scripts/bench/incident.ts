import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { DeployEvent } from '../../src/contract/index.ts';
import { Secret } from '../../src/contract/index.ts';
import { pound } from './pound.ts';
import { type Bed, BINARY, makeBed, median, type Row, SERVER } from './rig.ts';

const INTERVAL = 200;
const ROUNDS = 5;
const SWITCHES = 100;

/** What counts when something is wrong: how fast it is seen, how fast it is undone, what it costs users. */
export async function incidentRows(): Promise<Row[]> {
  const signal = await startSignal();
  const bed = await makeBed(({ port, metrics }) => configFor(port, metrics, signal.port));
  try {
    await bed.run('deploy', '--release', 'v0');
    const detections: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      detections.push(await detection(bed, signal, `bad-${round}`));
    const rollbacks: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rollbacks.push(await rollbackTime(bed, `v-${round}`));
    return [detectionRow(median(detections)), rollbackRow(median(rollbacks)), await switchRow(bed)];
  } finally {
    signal.close();
    await bed.remove();
  }
}

const configFor = (port: number, metrics: number, signal: number) => `
service: bench
release: v1
strategy: canary
provider:
  local: { command: [node, "${SERVER}"], replicas: 1, ready: { path: /healthz, interval: 50ms }, edge: { port: ${port}, metricsPort: ${metrics} } }
gates:
  signal: { http: { url: "http://127.0.0.1:${signal}/" }, interval: ${INTERVAL}ms }
defaults: { watch: [signal], bake: { duration: 0s }, retire: { after: next } }
canary: { stages: [{ weight: 50%, duration: 1s }, { weight: 100%, duration: 0s }] }
`;

/** A thing that can go wrong at a known moment. */
async function startSignal() {
  let isGood = true;
  const server = createServer((_, response) => response.writeHead(isGood ? 200 : 500).end()).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { port, turn: (good: boolean) => (isGood = good), close: () => server.close() };
}

/** From the moment the signal turns bad to the moment the new version is read back at 0 %. */
async function detection(
  bed: Bed,
  signal: Awaited<ReturnType<typeof startSignal>>,
  release: string,
): Promise<number> {
  let turnedBad = 0;
  let undone = 0;
  await follow(bed, ['deploy', '--release', release], (event) => {
    if (event.type === 'measured' && !turnedBad) {
      signal.turn(false);
      turnedBad = Date.now();
    }
    if (event.type === 'routed' && turnedBad && !undone) undone = event.at;
  });
  signal.turn(true);
  return undone - turnedBad;
}

function detectionRow(ms: number): Row {
  const goal = INTERVAL + 200;
  return {
    what: `failing signal → bad version at 0 %, gate every ${INTERVAL} ms`,
    measured: `${ms} ms`,
    goal: `≤ ${goal} ms`,
    holds: ms <= goal,
  };
}

/** From the start of the process to the first change made and read back. */
async function rollbackTime(bed: Bed, release: string): Promise<number> {
  await bed.run('deploy', '--release', release);
  const begun = Date.now();
  let changed = 0;
  await follow(bed, ['rollback'], (event) => {
    if (event.type === 'step-ended' && !changed) changed = event.at;
  });
  return changed - begun;
}

function rollbackRow(ms: number): Row {
  return {
    what: 'rollback: process start → first change read back',
    measured: `${ms} ms`,
    goal: '≤ 250 ms',
    holds: ms <= 250,
  };
}

async function follow(bed: Bed, args: string[], hear: (event: DeployEvent) => void): Promise<void> {
  const child = spawn(process.execPath, [BINARY, ...args, '--output', 'json'], {
    cwd: bed.folder,
    env: bed.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(JSON.parse(line) as DeployEvent);
  });
  await once(child, 'close');
}

/** Deployments and rollbacks in turn under load: every one switches all of the traffic. */
async function switchRow(bed: Bed): Promise<Row> {
  const { connection, releases } = await pairOf(bed);
  const { localProvider } = await import('../../providers/local/index.ts');
  const provider = await localProvider.open(connection, {
    env: bed.env,
    readSecret: async () => new Secret(''),
    via: {},
  });
  let isOver = false;
  const load = (async () => {
    const total = { requests: 0, failures: 0 };
    while (!isOver) {
      const { requests, failures } = await pound(bed.port, { connections: 16, ms: 1000 });
      total.requests += requests;
      total.failures += failures;
    }
    return total;
  })();
  const [a = '', b = ''] = releases;
  for (let turn = 0; turn < SWITCHES; turn++) {
    const [to, from] = turn % 2 ? [a, b] : [b, a];
    const route = { kind: 'route' as const, split: { [to]: 100, [from]: 0 }, match: null };
    const key = `bench/${turn}`;
    const context = {
      key,
      deployment: 'bench',
      target: 'bench',
      direction: 'forward' as const,
      before: { live: null, split: null, units: 0 },
      signal: new AbortController().signal,
    };
    await provider.apply(route, { ...context, fence: 1_000_000 });
    while ((await provider.verify(route, context)).state !== 'done')
      await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  isOver = true;
  const { requests, failures } = await load;
  return {
    what: `failed requests over ${SWITCHES} switches under load`,
    measured: `${failures} of ${requests}`,
    goal: '0',
    holds: failures === 0,
  };
}

/** Two releases that are up at once, and how to reach their provider. */
async function pairOf(bed: Bed) {
  await bed.run('deploy', '--release', 'pair');
  const { observation, target } = JSON.parse((await bed.run('status', '--output', 'json')).stdout);
  const connection = {
    service: 'bench',
    environment: null,
    home: target.identity.pins.folder ?? target.identity.pins.home,
  };
  return {
    connection,
    releases: observation.releases.map(({ id }: { id: string }) => id) as string[],
  };
}
