import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../helpers/free-port.ts';
import { REGION } from './bed.ts';

const VERSION = '1.8.0';
const PATIENCE = 20_000;
const cache = process.env.DEPLOYCTL_TEST_CACHE ?? join(homedir(), '.cache/deployctl-test');
const program = join(cache, `versitygw-${VERSION}`, 'versitygw');

/** Brought by .ci/s3, where a compiler for it can be had. */
export const hasS3Server = existsSync(program);

/** An S3 server by other hands than the API server of the bed: it checks signatures, and keeps objects as files. */
export class S3Server {
  readonly env: Readonly<Record<string, string>>;
  #child: ChildProcess;
  #folder: string;

  private constructor(child: ChildProcess, { port, folder }: { port: number; folder: string }) {
    this.#child = child;
    this.#folder = folder;
    this.env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'journal',
      AWS_SECRET_ACCESS_KEY: 'a-key-that-is-checked',
      AWS_REGION: REGION,
    };
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-s3-'));
    const port = await freePort();
    for (const part of ['buckets', 'side']) await mkdir(join(folder, part));
    const child = spawn(
      program,
      [
        ...['--port', `127.0.0.1:${port}`, '--access', 'journal', '--region', REGION],
        ...['--secret', 'a-key-that-is-checked', '--quiet'],
        ...['posix', '--sidecar', join(folder, 'side'), join(folder, 'buckets')],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, HOME: folder } },
    );
    const server = new S3Server(child, { port, folder });
    await server.#ready();
    return server;
  }

  async #ready(): Promise<void> {
    let said = '';
    this.#child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    for (const end = performance.now() + PATIENCE; ; await pause(30)) {
      const answer = await fetch(this.env.AWS_ENDPOINT_URL ?? '').catch(() => null);
      await answer?.body?.cancel();
      if (answer) return;
      if (this.#child.exitCode === null && performance.now() < end) continue;
      await this.stop();
      throw new Error(`${program} does not answer: ${said}`);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
