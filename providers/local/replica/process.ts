import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { systemClock } from '../../../src/lib/clock.ts';
import { startTime } from '../../../src/lib/process-life.ts';
import { killRest, type ProcessMark, stillRuns } from '../machine/process-identity.ts';

/** How a process ended, in words. `final`: trying again cannot help. */
export interface End {
  readonly words: string;
  readonly final: boolean;
}

/** One run of a replica's process, whether we spawned it or found it. */
export interface Life {
  readonly mark: ProcessMark | null;
  readonly ended: Promise<End>;
}

export interface SpawnRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly log: string;
  readonly token: string;
}

const USUAL_UMASK = 0o022;

/** In a process group of its own, writing to the log by itself: it outlives whoever spawned it. */
export function begin({ command, cwd, env, log, token }: SpawnRequest): Life {
  const [program, ...words] = command as [string, ...string[]];
  const output = openSync(log, 'a', 0o600);
  // Ours is for files of our own; what the service writes may be meant for others.
  const ours = process.umask(USUAL_UMASK);
  const child = spawn(program, words, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  process.umask(ours);
  closeSync(output);
  const ended = processEndOf(child, { program, cwd });
  const started = child.pid === undefined ? null : startTime(child.pid);
  const mark = child.pid !== undefined && started ? { pid: child.pid, started, token } : null;
  if (mark) ended.then(() => killRest(mark));
  return { mark, ended };
}

function processEndOf(
  child: ChildProcess,
  { program, cwd }: { program: string; cwd: string },
): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ words: cannotSpawn(error, program, cwd), final: true }),
    );
    child.on('exit', (code, signal) => {
      resolve({
        words: signal ? `was ended by ${signal}` : `exits with code ${code}`,
        final: false,
      });
    });
  });
}

function cannotSpawn(error: NodeJS.ErrnoException, program: string, cwd: string): string {
  if (!existsSync(cwd)) return `folder not found: ${cwd}`;
  if (error.code === 'ENOENT') return `command not found: ${program}`;
  if (error.code === 'EACCES') return `not allowed to run ${program}`;
  return error.message;
}

const LOOK_EVERY = 100;

/** A process that a former keeper spawned: not our child, so its end is seen by looking. */
export function takeOver(mark: ProcessMark): Life {
  return { mark, ended: watch(mark) };
}

async function watch(mark: ProcessMark): Promise<End> {
  while (stillRuns(mark)) await systemClock.sleep(LOOK_EVERY);
  killRest(mark);
  return { words: 'ended', final: false };
}
