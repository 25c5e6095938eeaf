import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CLUSTER = resolve(import.meta.dirname, '../../../test/real/cluster');
const PEERS = join(import.meta.dirname, 'peers.sh');

/** Where a peer lies once it is built; builds it where it is missing. */
export function peer(name: string): string {
  execFileSync(PEERS, ['build', name], { stdio: 'inherit' });
  return execFileSync(PEERS, ['path', name], { encoding: 'utf8' }).trim();
}

export function applyKinds(name: string): void {
  const folder = peer(name);
  const files = readdirSync(folder)
    .filter((file) => /crd/.test(file))
    .flatMap((file) => ['-f', join(folder, file)]);
  const words = ['kubectl', 'apply', '--server-side', ...files];
  execFileSync(join(CLUSTER, 'cluster'), words, { stdio: 'ignore' });
}

/** A controller of others, in a network of its own: they listen on all addresses. */
export class Controller {
  readonly #process: ChildProcess;

  constructor(address: string, words: readonly string[]) {
    this.#process = spawn(join(CLUSTER, 'apart'), [address, ...words], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
  }

  /** Of the controller itself, which is a child of what keeps it apart. */
  get pid(): number | null {
    const children = `/proc/${this.#process.pid}/task/${this.#process.pid}/children`;
    const [first] = readFileSync(children, 'utf8').trim().split(' ');
    return first ? Number(first) : null;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
