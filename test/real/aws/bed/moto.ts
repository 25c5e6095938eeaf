import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../helpers/free-port.ts';

const VERSION = '5.2.5';
const PATIENCE = 30_000;

const cache = process.env.DEPLOYCTL_TEST_CACHE ?? join(homedir(), '.cache/deployctl-test');
/** A program of the environment that it runs in, which has AWS's client for Python, too. */
export const motoProgram = (name: string) => join(cache, `moto-${VERSION}`, 'bin', name);
const program = motoProgram('moto_server');

/** Brought by .ci/aws. */
export const hasMoto = existsSync(program);

/** An AWS API server by other hands: it keeps what it is told, and checks little of it. */
export class Moto {
  readonly url: string;
  #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(): Promise<Moto> {
    if (!hasMoto) throw new Error(`${program} is missing: run .ci/aws`);
    const port = await freePort();
    const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    const moto = new Moto(`http://127.0.0.1:${port}`, child);
    await moto.#ready();
    return moto;
  }

  async #ready(): Promise<void> {
    for (const deadline = performance.now() + PATIENCE; ; await pause(50)) {
      const answer = await fetch(`${this.url}/moto-api/data.json`).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      if (this.#child.exitCode !== null || performance.now() > deadline) {
        await this.stop();
        throw new Error(`${program} does not answer at ${this.url}`);
      }
    }
  }

  /** It lives on for a while after being asked, and the port with it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(hard);
  }
}
