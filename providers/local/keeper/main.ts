import { existsSync } from 'node:fs';
import type { Server } from 'node:net';
import { systemClock } from '../../../src/lib/clock.ts';
import { hasDesired } from '../home/desired.ts';
import { edgeIsAlive, livingEdge } from '../home/edge-record.ts';
import { controlSocket, keeperLog } from '../home/folder.ts';
import type { Channel } from '../home/messages.ts';
import { die, stand } from '../machine/daemon.ts';
import { launch } from '../machine/programs.ts';
import { serveControl } from './control-server.ts';
import { greetingOf } from './edge-link.ts';
import { Keeper } from './keeper.ts';
import { lock } from './lock.ts';

const localHome = process.argv[2] as string;
/** Null for a keeper that a command started. */
const channel =
  process.connected === undefined ? null : (process as unknown as Channel & NodeJS.Process);
/** A living edge starts a keeper by itself within this time. */
const EDGE_FIRST = 2000;
const REST_LOOK_INTERVAL_MS = 5000;
const REACHABLE_LOOK_INTERVAL_MS = 1000;
let finished = false;
let held: Server | null = null;
let control: Awaited<ReturnType<typeof serveControl>> | null = null;

stand('keeper', localHome);

/** Leaves time for the answer that says so. */
function finishLocal(): void {
  finished = true;
  control?.remove();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
}

async function lockWithin(ms: number): Promise<Server | null> {
  for (let waited = 0; waited < ms; waited += 25) {
    const another = !channel?.connected && edgeIsAlive(localHome);
    const held = another && waited < EDGE_FIRST ? null : await lock(localHome);
    if (held) return held;
    await systemClock.sleep(25);
  }
  return null;
}

/** Sockets that a dead edge sent before it said a word are open for as long as this process lives. */
function beginAnew(): void {
  launch('keeper', localHome, { log: keeperLog(localHome), ipc: false });
  process.kill(process.pid, 'SIGKILL');
}

/**
 * An edge that did not start a keeper of its own in time cannot be spoken to without a channel. Its
 * port is free when it is gone.
 */
async function endOrphan(ours: number | undefined): Promise<void> {
  const orphan = livingEdge(localHome);
  if (!orphan || orphan.pid === ours) return;
  process.kill(orphan.pid, 'SIGKILL');
  while (livingEdge(localHome)?.pid === orphan.pid) await systemClock.sleep(10);
}

/** Whoever cleans up old files must neither cut us off nor let another keeper in. */
async function stayReachable(keeper: Keeper): Promise<void> {
  if (!existsSync(String(held?.address()))) {
    held = await lock(localHome);
    if (!held) return die('another keeper came while the lock was taken away');
  }
  if (control?.isThere()) return;
  control?.server.close();
  control = await serveControl(keeper, controlSocket(localHome), finishLocal);
}

/** Then what is wanted is gone as well, and that has an end of its own. */
function unlessDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') die(error);
}

async function main(): Promise<void> {
  const greeting = channel && (await greetingOf(channel));
  if (channel && !greeting) return beginAnew();
  held = await lockWithin(channel ? 1000 : 3000);
  if (!held) {
    if (channel?.connected) channel.disconnect();
    return;
  }
  await endOrphan(greeting?.hello.pid);
  const keeper = new Keeper(localHome);
  keeper.takeUp(greeting, () => {
    process.stderr.write('desired.json is gone: everything of this service is stopped\n');
    keeper.down().then(finishLocal, die);
  });
  control = await serveControl(keeper, controlSocket(localHome), finishLocal);
  setInterval(() => {
    if (!finished && hasDesired(localHome)) stayReachable(keeper).catch(unlessDeleted);
  }, REACHABLE_LOOK_INTERVAL_MS);
  setInterval(() => {
    keeper.rest().then((rests) => rests && finishLocal(), die);
  }, REST_LOOK_INTERVAL_MS);
}

await main();
