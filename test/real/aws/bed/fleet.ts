import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../../helpers/free-port.ts';

const PROGRAM = join(import.meta.dirname, 'service.js');

export interface Address {
  readonly id: string;
  readonly port: number;
}

let networks = 0;

/** Targets of one version: one process that listens on addresses of its own on the loopback. */
export class Fleet {
  readonly version: string;
  readonly targets: readonly Address[];
  #child: ChildProcess;

  private constructor(version: string, targets: readonly Address[], child: ChildProcess) {
    this.version = version;
    this.targets = targets;
    this.#child = child;
  }

  static async start(version: string, count = 2, latency = 0): Promise<Fleet> {
    const port = await freePort();
    const network = ++networks;
    const ids = Array.from(
      { length: count },
      (_, index) => `127.${network}.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    );
    const env = { VERSION: version, ADDRESSES: ids.join(), PORT: `${port}`, LATENCY: `${latency}` };
    const child = fork(PROGRAM, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new Fleet(
      version,
      ids.map((id) => ({ id, port })),
      child,
    );
  }

  /** From now on it answers everything with 500. */
  break(): void {
    this.#child.send('break');
  }

  /** Its health checks pass, and whatever users ask is answered with 500. */
  ail(): void {
    this.#child.send('ail');
  }

  mend(): void {
    this.#child.send('mend');
  }

  /** It accepts connections and answers nothing, until it is thawed. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
