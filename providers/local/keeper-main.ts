import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { systemClock } from '../../src/lib/clock.ts';
import { serveControl } from './control-server.ts';
import { greetingOf } from './edge-link.ts';
import { edgeIsAlive, livingEdge } from './edge-record.ts';
import { keeperLog, lockName, socketPath } from './folder.ts';
import { Keeper } from './keeper.ts';
import type { Channel } from './messages.ts';
import { launch } from './programs.ts';
import { die, stand } from './standing.ts';

const home = process.argv[2] as string;
/** Null for a keeper that a command started. */
const channel =
  process.connected === undefined ? null : (process as unknown as Channel & NodeJS.Process);
/** A living edge starts a keeper by itself within this time. */
const EDGE_FIRST = 2000;
const IDLE_LIMIT = 10_000;
const LOOK_EVERY = 1000;
let finished = false;

stand('keeper', home);

/** Leaves time for the answer that says so. */
function finish(): void {
  finished = true;
  rmSync(socketPath(home), { force: true });
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
}

/** Held until this process is dead; null while another keeper has it. */
function lock(): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(lockName(home), () => resolve(server));
  });
}

async function lockWithin(ms: number): Promise<Server | null> {
  for (let waited = 0; waited < ms; waited += 25) {
    const another = !channel?.connected && edgeIsAlive(home);
    const held = another && waited < EDGE_FIRST ? null : await lock();
    if (held) return held;
    await systemClock.sleep(25);
  }
  return null;
}

/** Sockets that a dead edge sent before it said a word are open for as long as this process lives. */
function beginAnew(): void {
  launch('keeper', home, { log: keeperLog(home), ipc: false });
  process.kill(process.pid, 'SIGKILL');
}

/**
 * An edge that did not start a keeper of its own in time cannot be spoken to without a channel. Its
 * port is free when it is gone.
 */
async function endOrphan(ours: number | undefined): Promise<void> {
  const orphan = livingEdge(home);
  if (!orphan || orphan.pid === ours) return;
  process.kill(orphan.pid, 'SIGKILL');
  while (livingEdge(home)?.pid === orphan.pid) await systemClock.sleep(10);
}

async function main(): Promise<void> {
  const greeting = channel && (await greetingOf(channel));
  if (channel && !greeting) return beginAnew();
  const held = await lockWithin(channel ? 1000 : 3000);
  if (!held) {
    if (channel?.connected) channel.disconnect();
    return;
  }
  await endOrphan(greeting?.hello.pid);
  const keeper = new Keeper(home);
  keeper.takeUp(greeting, () => {
    process.stderr.write('the record of what is wanted is gone: all of it is taken down\n');
    keeper.down().then(finish, die);
  });
  let control = await serveControl(keeper, socketPath(home), finish);
  setInterval(async () => {
    // Whoever cleans up old files must not cut us off.
    if (finished || !existsSync(home) || existsSync(socketPath(home))) return;
    control.close();
    control = await serveControl(keeper, socketPath(home), finish);
  }, LOOK_EVERY);
  setInterval(() => {
    if (keeper.idle) finish();
  }, IDLE_LIMIT);
}

await main();
