import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Where scenes are played: real processes, with a state folder and ports of their own. */
const root = new URL('../..', import.meta.url).pathname;
const program = process.argv.includes('--built') ? 'bin/deployctl.js' : 'src/dev.ts';
const state = await mkdtemp(join(tmpdir(), 'deployctl-capture-'));
const port = await freePair();
const env = { ...withoutCi(), XDG_STATE_HOME: state, GITLAB_USER_LOGIN: 'ana' };
const running = new Set<ChildProcess>();

export const TERMINAL = { columns: 96, rows: 40 } as const;

export interface Run {
  readonly line: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when it has printed this, with what it captured. */
  printed(words: RegExp): Promise<string>;
}

export function begin(line: string): Run {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  const argv = [process.execPath, program, ...words, ...portsFor(words[0])];
  return started(line, argv, { NO_COLOR: '1' });
}

/** As a person sees it: `script` makes a terminal around it. */
export function onTerminal(line: string): Run {
  const words = [process.execPath, program, line, ...portsFor(line.split(' ')[0])].join(' ');
  const { columns, rows } = TERMINAL;
  const within = `stty cols ${columns} rows ${rows}; exec ${words}`;
  return started(line, ['script', '-qfc', within, '/dev/null'], { TERM: 'xterm-256color' });
}

function started(
  line: string,
  [command = '', ...words]: readonly string[],
  more: NodeJS.ProcessEnv,
): Run {
  const child = spawn(command, words, { cwd: root, env: { ...env, ...more } });
  running.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
      for (const listener of listeners) listener();
    });
  });
  const printed = (words: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = words.exec(output);
        if (found) resolve(found[0]);
        else if (child.exitCode !== null)
          reject(new Error(`${line} never said ${words}:\n${output}`));
      };
      listeners.add(look);
      look();
    });
  return { line, child, ended, output: () => output, printed };
}

export async function finished(run: Run, wanted: number): Promise<Run> {
  const code = await run.ended;
  if (code === wanted) return run;
  throw new Error(`${run.line} ended with ${code}, not with ${wanted}:\n${run.output()}`);
}

/** As a runner that is switched off: no signal handler runs, nothing is tidied up. Resolves with what it had said. */
export async function killedAt(moment: RegExp, line: string): Promise<string> {
  const run = begin(line);
  await run.printed(moment);
  await pause(500);
  const before = run.output();
  run.child.kill('SIGKILL');
  await run.ended;
  return before;
}

export async function newest(): Promise<string> {
  const run = await finished(begin('history --limit 1 --output json'), 0);
  return (JSON.parse(run.output()) as { id: string }).id;
}

export async function asked(line: string): Promise<string> {
  const [command = '', ...words] = line.replace('8080', String(port)).split(' ');
  const { stdout } = await promisify(execFile)(command, words);
  return `$ ${line}\n${told(stdout).slice(0, 60)}…`;
}

/** What was printed, with the ports of the examples and without the name of this machine. */
export function told(text: string): string {
  return text
    .trimEnd()
    .replaceAll(new RegExp(`\\b${port}\\b`, 'g'), '8080')
    .replaceAll(new RegExp(`\\b${port + 1}\\b`, 'g'), '8081')
    .replaceAll(new RegExp(`\\b${hostname()}\\b`, 'g'), 'laptop')
    .replaceAll(root, '');
}

export async function clear(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await begin('down --yes').ended;
  await rm(state, { recursive: true, force: true });
}

/** A port that the examples name may be taken on this machine. */
function portsFor(command: string | undefined): string[] {
  if (command !== 'deploy' && command !== 'plan') return [];
  return [
    '--set',
    `provider.local.edge.port=${port}`,
    '--set',
    `provider.local.edge.metricsPort=${port + 1}`,
  ];
}

function withoutCi(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CI$|GITHUB_|GITLAB_|NO_COLOR$|FORCE_COLOR$)/.test(name),
  );
  return Object.fromEntries(own);
}

async function freePair(): Promise<number> {
  for (let candidate = 18_080; candidate < 19_000; candidate += 2) {
    if ((await isFree(candidate)) && (await isFree(candidate + 1))) return candidate;
  }
  throw new Error('no two free ports in a row');
}

function isFree(candidate: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
