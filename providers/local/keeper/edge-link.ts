import { rmSync } from 'node:fs';
import { systemClock } from '../../../src/lib/clock.ts';
import { startTime } from '../../../src/lib/process-life.ts';
import { onChannelEnd } from '../home/channel-end.ts';
import { recordEdge } from '../home/edge-record.ts';
import { edgeLog, edgeRecord } from '../home/folder.ts';
import type {
  Address,
  Channel,
  Handle,
  Hello,
  Secrets,
  Socket,
  Table,
  ToEdge,
  ToKeeper,
} from '../home/messages.ts';
import { launch } from '../machine/programs.ts';

export interface EdgeListener {
  /** The newest table; asked for whenever an edge begins. */
  table(): Table;
  secrets(): Secrets;
  applied(message: Extract<ToKeeper, { kind: 'applied' }>): void;
  drained(key: string): void;
  trouble(words: string | null): void;
  /** The edge is gone: nothing of it is confirmed any more. */
  lost(): void;
}

/** An edge that lived shorter than this is not started again at once. */
const HEALTHY = 1000;
const EDGE_LINK_LONGEST_WAIT = 2000;

/** Keeps one edge running, whoever started it. */
export class EdgeLink {
  address: Address | null = null;
  pid: number | null = null;
  #home: string;
  #listener: EdgeListener;
  #channel: Channel | null = null;
  /** Kept without accepting: what arrives while no edge runs waits in their backlog. */
  #handles = new Map<Socket, Handle>();
  /** Where the first edge was asked to begin, until it answers. */
  #asked: Address | null = null;
  #wait = 0;
  #quitting = false;
  #bound: ((answer: Extract<ToKeeper, { kind: 'listening' | 'refused' }>) => void) | null = null;

  constructor(home: string, listener: EdgeListener) {
    this.#home = home;
    this.#listener = listener;
  }

  /** Starts an edge; answers with what it listens on, or with the port it cannot have. */
  start(address: Address): Promise<Extract<ToKeeper, { kind: 'listening' | 'refused' }>> {
    return new Promise((resolve) => {
      this.#bound = resolve;
      this.#asked = address;
      this.#launch(address);
    });
  }

  /** The edge that started this process after the former keeper's death. */
  join({ channel, hello, handles }: Greeting): void {
    this.#handles = handles;
    this.address = hello.address;
    this.#attach(channel, hello.pid);
    this.push();
  }

  push(): void {
    this.#send({ kind: 'table', table: this.#listener.table() });
  }

  shareSecrets(): void {
    this.#send({ kind: 'secrets', secrets: this.#listener.secrets() });
  }

  /** Stops accepting, ends what is in flight, and is gone when this resolves. */
  async quit(drain: number): Promise<void> {
    this.#quitting = true;
    for (const handle of this.#handles.values()) (handle as unknown as { close(): void }).close();
    this.#handles.clear();
    const pid = this.pid;
    const started = pid === null ? null : startTime(pid);
    this.#send({ kind: 'quit', drain });
    for (
      let waited = 0;
      pid !== null && started !== null && startTime(pid) === started;
      waited += 20
    ) {
      if (waited > drain + 2000) process.kill(pid, 'SIGKILL');
      await systemClock.sleep(20);
    }
    rmSync(edgeRecord(this.#home), { force: true });
  }

  /** So that another may begin elsewhere. */
  async leave(): Promise<void> {
    await this.quit(0);
    this.address = null;
    this.#quitting = false;
    this.#listener.lost();
  }

  #launch(address: Address): void {
    const child = launch('edge', this.#home, { log: edgeLog(this.#home), ipc: true });
    this.#attach(child as unknown as Channel, child.pid ?? null);
    for (const [socket, handle] of this.#handles) this.#send({ kind: 'socket', socket }, handle);
    this.#send({ kind: 'secrets', secrets: this.#listener.secrets() });
    this.#send({ kind: 'begin', address, table: this.#listener.table() });
  }

  #attach(channel: Channel, pid: number | null): void {
    this.#channel = channel;
    this.pid = pid;
    const began = systemClock.monotonic();
    if (pid !== null) recordEdge(this.#home, pid);
    channel.on('message', (message, handle) => this.#hear(message as ToKeeper, handle as Handle));
    onChannelEnd(channel, () => void this.#lost(channel, systemClock.monotonic() - began));
  }

  #hear(message: ToKeeper, handle: Handle): void {
    if (message.kind === 'socket') this.#handles.set(message.socket, handle);
    else if (message.kind === 'applied') this.#listener.applied(message);
    else if (message.kind === 'drained') this.#listener.drained(message.key);
    else if (message.kind === 'trouble') this.#listener.trouble(message.words);
    else if (message.kind === 'listening' || message.kind === 'refused') {
      this.address = message.kind === 'listening' ? message.address : null;
      this.#asked = null;
      this.#bound?.(message);
      this.#bound = null;
    }
  }

  async #lost(channel: Channel, lived: number): Promise<void> {
    if (this.#channel !== channel) return;
    this.#channel = null;
    this.pid = null;
    const address = this.address ?? this.#asked;
    if (this.#quitting || !address) return;
    this.#listener.lost();
    this.#wait = lived > HEALTHY ? 0 : Math.min(EDGE_LINK_LONGEST_WAIT, this.#wait * 2 + 50);
    await systemClock.sleep(this.#wait);
    if (!this.#quitting) this.#launch(address);
  }

  #send(message: ToEdge, handle?: Handle): void {
    if (!this.#channel?.connected) return;
    // A peer that dies meanwhile is noticed by its disconnect.
    this.#channel.send(message, handle, undefined, () => {});
  }
}

/** An edge that started this process, with all it said before it introduced itself. */
export interface Greeting {
  readonly channel: Channel;
  readonly hello: Hello;
  readonly handles: Map<Socket, Handle>;
}

/** Null when the edge died before it said a word. */
export function greetingOf(channel: Channel): Promise<Greeting | null> {
  const handles = new Map<Socket, Handle>();
  return new Promise((resolve) => {
    onChannelEnd(channel, () => resolve(null));
    channel.on('message', (message, handle) => {
      const heard = message as ToKeeper;
      if (heard.kind === 'socket') handles.set(heard.socket, handle as Handle);
      if (heard.kind === 'hello') resolve({ channel, hello: heard, handles });
    });
  });
}
