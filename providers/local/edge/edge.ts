import type { Server } from 'node:http';
import { systemClock } from '../../../src/lib/clock.ts';
import { onChannelEnd } from '../home/channel-end.ts';
import { keeperLog } from '../home/folder.ts';
import type {
  Address,
  Channel,
  Handle,
  Secrets,
  Socket,
  Table,
  ToEdge,
  ToKeeper,
} from '../home/messages.ts';
import { launch } from '../machine/programs.ts';
import { trustOf } from './client-address.ts';
import { LIMITS } from './limits.ts';
import type { EdgeListener } from './listener.ts';
import { LiveSettings } from './live-settings.ts';
import { metricsServer } from './metrics.ts';
import type { RequestContext } from './request-context.ts';
import { Tallies } from './request-counts.ts';
import { openListener } from './server.ts';
import { Switchboard } from './switchboard.ts';

const LONGEST_WAIT = 2000;
/** Before another keeper is started by an edge that never began: a keeper that cannot start one is not hurried. */
const UNBEGUN_WAIT = 200;

/** The proxy process: routes by the keeper's table, and brings the keeper back when it dies. */
export class Edge {
  #home: string;
  #board = new Switchboard((key) => this.#send({ kind: 'drained', key }));
  #tallies = new Tallies();
  #servers: { public: EdgeListener; metrics: Server };
  #equipment: LiveSettings;
  /** What is wrong with it; told to whichever keeper there is. */
  #trouble: string | null = null;
  #inherited = new Map<Socket, Handle>();
  #channel: Channel | null = null;
  #address: Address | null = null;
  #secrets: Secrets = {};
  #quitting = false;
  #wait = 0;

  constructor(home: string) {
    this.#home = home;
    const context: RequestContext = {
      board: this.#board,
      tallies: this.#tallies,
      limits: LIMITS,
      trust: trustOf(undefined),
      log: null,
    };
    const listener = openListener(context);
    this.#equipment = new LiveSettings({ context, listener, home }, (words) => this.#say(words));
    this.#servers = {
      public: listener,
      metrics: metricsServer(this.#tallies, this.#board),
    };
  }

  meet(channel: Channel): void {
    this.#channel = channel;
    channel.on(
      'message',
      (message, handle) => void this.#hear(message as ToEdge, handle as Handle),
    );
    onChannelEnd(channel, () => void this.#orphaned(channel));
  }

  async #hear(message: ToEdge, handle: Handle): Promise<void> {
    if (message.kind === 'socket') this.#inherited.set(message.socket, handle);
    else if (message.kind === 'secrets') this.#secrets = message.secrets;
    else if (message.kind === 'quit') this.#quit(message.drain);
    else {
      this.#apply(message.table);
      if (message.kind === 'begin') await this.#begin(message.address);
    }
  }

  #apply(table: Table): void {
    this.#equipment.fit(table.front ?? {});
    this.#board.apply(table);
    this.#tallies.keep(Object.keys(table.backends), performance.now());
    if (this.#address) this.#confirm();
  }

  #say(words: string | null): void {
    this.#trouble = words;
    if (words) process.stderr.write(`${words}\n`);
    this.#send({ kind: 'trouble', words });
  }

  #confirm(): void {
    const { version, split, match } = this.#board.table;
    this.#send({ kind: 'applied', version, split, match });
  }

  async #begin({ host, port, metricsPort }: Address): Promise<void> {
    try {
      const open = await this.#listen('public', { host, port });
      const metrics = await this.#listen('metrics', { host: '127.0.0.1', port: metricsPort });
      this.#address = { host, port: open, metricsPort: metrics };
      this.#send({ kind: 'listening', address: this.#address });
      this.#confirm();
      this.#shareHandles();
    } catch (error) {
      const { code = 'unknown', port: refused = port } = error as NodeJS.ErrnoException & {
        port?: number;
      };
      this.#send({ kind: 'refused', code, port: refused });
      // Otherwise nobody heard it, and a keeper is started first.
      if (this.#channel) this.#quit(0);
    }
  }

  #listen(socket: Socket, at: { host: string; port: number }): Promise<number> {
    const server = this.#servers[socket];
    const inherited = this.#inherited.get(socket);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const ready = () => {
        server.off('error', reject);
        // One connection could not be accepted: no reason to end those that were.
        server.on('error', (error) => process.stderr.write(`${socket}: ${error.message}\n`));
        resolve((server.address() as { port: number }).port);
      };
      if (inherited) server.listen(inherited, ready);
      else server.listen({ ...at, backlog: 4096 }, ready);
    });
  }

  /** The keeper holds the listening sockets too, so that what arrives after our death waits for the next edge. */
  #shareHandles(): void {
    for (const socket of ['public', 'metrics'] as const) {
      const { _handle } = this.#servers[socket] as unknown as { _handle: Handle };
      this.#send({ kind: 'socket', socket }, _handle);
    }
  }

  async #orphaned(channel: Channel): Promise<void> {
    if (this.#channel !== channel) return;
    this.#channel = null;
    if (this.#quitting) return;
    await systemClock.sleep(this.#address ? this.#wait : UNBEGUN_WAIT);
    if (!this.#address) return this.#replaceBoth();
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2 + 50);
    const keeper = launch('keeper', this.#home, { log: keeperLog(this.#home), ipc: true });
    this.meet(keeper as unknown as Channel);
    this.#shareHandles();
    const { table } = this.#board;
    this.#send({
      kind: 'hello',
      address: this.#address,
      table,
      secrets: this.#secrets,
      pid: process.pid,
    });
    this.#send({ kind: 'trouble', words: this.#trouble });
    setTimeout(() => {
      if (this.#channel === (keeper as unknown as Channel)) this.#wait = 0;
    }, LONGEST_WAIT).unref();
  }

  /** It has nothing to hand on: the next keeper begins with what is on disk. */
  #replaceBoth(): void {
    launch('keeper', this.#home, { log: keeperLog(this.#home), ipc: false });
    this.#quit(0);
  }

  #quit(drain: number): void {
    if (this.#quitting) return;
    this.#quitting = true;
    const end = () => process.kill(process.pid, 'SIGKILL');
    const { public: open, metrics } = this.#servers;
    metrics.close();
    metrics.closeAllConnections();
    if (!open.listening) return void setTimeout(end, 50);
    open.close(end);
    open.closeIdleConnections();
    setTimeout(end, drain);
  }

  #send(message: ToKeeper, handle?: Handle): void {
    if (!this.#channel?.connected) return;
    this.#channel.send(message, handle, undefined, () => {});
  }
}
