import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify, stripVTControlCharacters } from 'node:util';

/**
 * Renews the output that README.md shows: plays its scenes for real, in a state folder and on ports
 * of its own, and writes what was printed between the markers `<!-- capture NAME -->` and
 * `<!-- /capture -->`. Four things differ from what was printed: the ports are those of the
 * examples, the machine is called `laptop`, long output keeps its main
 * lines and says how many were left out, and the command is shown without the --set for the ports.
 *
 *   npm run capture              from the sources
 *   npm run capture -- --built   the built program
 */
const root = new URL('..', import.meta.url).pathname;
const program = process.argv.includes('--built') ? 'bin/deployctl.js' : 'src/dev.ts';
const state = await mkdtemp(join(tmpdir(), 'deployctl-capture-'));
const port = await freePair();
const env = { ...withoutCi(), XDG_STATE_HOME: state, GITLAB_USER_LOGIN: 'ana', NO_COLOR: '1' };
const running = new Set<ChildProcess>();
const CURSOR_UP = new RegExp(`${String.fromCharCode(27)}\\[\\d+A`);

interface Run {
  readonly line: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when it has printed this, with what it captured. */
  printed(words: RegExp): Promise<string>;
}

type Scene = () => Promise<string>;

const CANARY = 'deploy --strategy canary --config deploy.config.example.yaml';
const STORY = [
  /begun:/,
  /resumed:/,
  /deployment \w+ on/,
  /\[\d+\/\d+\]/,
  / traffic: \S+ \d/,
  / is live/,
  / serves /,
  /next:/,
  /back/,
];

const scenes: Readonly<Record<string, Scene>> = {
  first: async () => {
    const run = await finished(begin(CANARY), 0);
    return shown(run, { keep: [...STORY, /gate errors/] });
  },
  bad: async () => {
    const run = await finished(begin('deploy --config examples/canary-bad.yaml'), 3);
    return `${shown(run, { keep: [...STORY, /gate errors/, /failed/] })}\n$ echo $?\n3`;
  },
  'blue-green': async () => {
    const run = begin('deploy --config examples/blue-green.yaml');
    await run.printed(/\[3\/\d+\] check/);
    await finished(run, 0);
    return shown(run, { keep: [...STORY, /gate home/] });
  },
  rollback: async () => {
    const id = await newest();
    const run = await finished(begin(`rollback ${id} --reason "looks wrong"`), 0);
    return shown(run);
  },
  rolling: async () => {
    const run = await finished(begin('deploy --config examples/rolling.yaml'), 0);
    return shown(run, { keep: [...STORY, /gate errors/] });
  },
  approval: async () => {
    const deploy = begin('deploy --config examples/approval.yaml --wait-approval');
    await deploy.printed(/go back/);
    const before = deploy.output();
    const status = await finished(begin('status'), 0);
    const approve = await finished(begin('approve --reason "numbers look fine"'), 0);
    await finished(deploy, 0);
    const first = shown(deploy, { keep: [...STORY, /ask/, /waiting/, /approve/], only: before });
    const rest = kept(deploy.output().slice(before.length), [...STORY, /approve/]);
    return `${first}\n\n# in another terminal\n${shown(status)}\n${shown(approve)}\n\n# and in the first one\n${rest}`;
  },
  'kill-resume': async () => {
    const deploy = await killedAt(
      /stage 2 of 4: watch/,
      'deploy --config examples/canary-good.yaml --release v7',
    );
    const status = await finished(begin('status'), 0);
    const answer = await asked('curl -s http://127.0.0.1:8080/');
    const resume = await finished(begin('resume'), 0);
    return `${deploy}\n${shown(status)}\n${answer}\n${shown(resume, { keep: STORY })}`;
  },
  'kill-rollback': async () => {
    const deploy = await killedAt(
      /stage 3 of 4: watch/,
      'deploy --config examples/canary-good.yaml --release v8',
    );
    const rollback = await finished(begin(`rollback ${await newest()}`), 0);
    return `${deploy}\n${shown(rollback)}`;
  },
  watch: async () => {
    const deploy = begin('deploy --config examples/rolling.yaml --release v9');
    await deploy.printed(/\[1\/\d+\]/);
    const watch = begin('status --watch');
    await finished(deploy, 0);
    await watch.ended;
    return shown(watch, { keep: [...STORY, /gate errors/] });
  },
  status: async () => shown(await finished(begin('status'), 0)),
  history: async () => {
    const list = await finished(begin('history'), 0);
    const bad = /^ +(\w+) +v3-broken /m.exec(list.output())?.[1] ?? (await newest());
    const one = await finished(begin(`history ${bad}`), 0);
    return `${shown(list)}\n${shown(one, { keep: [...STORY, /gate errors/, /failed/] })}`;
  },
  live: async () => {
    const run = onTerminal('deploy --config examples/canary-good.yaml --release v10');
    await finished(run, 0);
    return `$ npx deployctl ${run.line}\n${told(pictureOf(run.output(), /▸ stage 3 of 4: watch/))}`;
  },
  plan: async () =>
    shown(await finished(begin('plan --config examples/blue-green.yaml --release v11'), 0)),
  down: async () => shown(await finished(begin('down --yes'), 0)),
};

try {
  const document = new URL('../README.md', import.meta.url);
  let text = await readFile(document, 'utf8');
  for (const [name, play] of Object.entries(scenes)) {
    const place = new RegExp(`(<!-- capture ${name} -->\n)[\\s\\S]*?(<!-- /capture -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for the scene ${name}`);
    try {
      const played = await play();
      text = text.replace(
        place,
        (_, begins, ends) => `${begins}\`\`\`console\n${played}\n\`\`\`\n${ends}`,
      );
      process.stderr.write(`${name}: captured\n`);
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${name}: keeps its old text: ${(error as Error).message}\n`);
    }
  }
  await writeFile(document, text);
} finally {
  for (const child of running) child.kill('SIGKILL');
  await begin('down --yes').ended;
  await rm(state, { recursive: true, force: true });
}

function begin(line: string): Run {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  return started(line, [process.execPath, program, ...words, ...portsFor(words[0])]);
}

/** As a person sees it: `script` makes a terminal around it. */
function onTerminal(line: string): Run {
  const words = [process.execPath, program, line, ...portsFor(line.split(' ')[0])];
  return started(line, [
    'script',
    '-qfc',
    `stty cols 96 rows 40; exec ${words.join(' ')}`,
    '/dev/null',
  ]);
}

/** The last picture in which these words are seen, without colours. */
function pictureOf(output: string, words: RegExp): string {
  const pictures = output
    .split(CURSOR_UP)
    .map((text) => stripVTControlCharacters(text).replaceAll('\r', ''));
  return pictures.findLast((picture) => words.test(picture)) ?? '';
}

function started(line: string, [command = '', ...words]: readonly string[]): Run {
  const child = spawn(command, words, { cwd: root, env });
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

async function finished(run: Run, wanted: number): Promise<Run> {
  const code = await run.ended;
  if (code === wanted) return run;
  throw new Error(`${run.line} ended with ${code}, not with ${wanted}:\n${run.output()}`);
}

/** As a runner that is switched off: no signal handler runs, nothing is tidied up. */
async function killedAt(moment: RegExp, line: string): Promise<string> {
  const run = begin(line);
  await run.printed(moment);
  await pause(500);
  const before = run.output();
  run.child.kill('SIGKILL');
  await run.ended;
  const lines = kept(before, [/begun:/, / traffic: \S+ \d/, moment]);
  return `$ npx deployctl ${line} &\n${lines}\n$ kill -9 %1`;
}

async function newest(): Promise<string> {
  const run = await finished(begin('history --limit 1 --output json'), 0);
  return (JSON.parse(run.output()) as { id: string }).id;
}

async function asked(line: string): Promise<string> {
  const [command = '', ...words] = line.replace('8080', String(port)).split(' ');
  const { stdout } = await promisify(execFile)(command, words);
  return `$ ${line}\n${told(stdout).slice(0, 60)}…`;
}

function shown(run: Run, options: { keep?: readonly RegExp[]; only?: string } = {}): string {
  const text = options.only ?? run.output();
  const lines = options.keep ? kept(text, options.keep) : told(text);
  return `$ npx deployctl ${run.line}\n${lines}`;
}

/** The lines that matter, and how many there were besides. */
function kept(text: string, wanted: readonly RegExp[]): string {
  const all = told(text).split('\n');
  const lines = all.filter((line) => wanted.some((words) => words.test(line)));
  const left = all.length - lines.length;
  return left === 0 ? lines.join('\n') : `${lines.join('\n')}\n   (${left} more lines left out)`;
}

/** What was printed, with the ports of the examples and without the name of this machine. */
function told(text: string): string {
  return text
    .trimEnd()
    .replaceAll(new RegExp(`\\b${port}\\b`, 'g'), '8080')
    .replaceAll(new RegExp(`\\b${port + 1}\\b`, 'g'), '8081')
    .replaceAll(new RegExp(`\\b${hostname()}\\b`, 'g'), 'laptop')
    .replaceAll(root, '');
}

function withoutCi(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB_|GITLAB_)/.test(name));
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
