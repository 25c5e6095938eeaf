import { basename, join } from 'node:path';
import {
  EXIT,
  type ExitCode,
  type LinkedService,
  type Sign,
  type Starter,
  type StarterAnswers,
} from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { nearest } from '../../lib/suggest.ts';
import { answered, type OpenQuestion } from '../prompt/questions.ts';
import { type Command, type Input, textOption, VIA_OPTION } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { listTypedAgain } from '../shell/typed-again.ts';
import { adoptedAt } from '../target/adoption.ts';
import { folderView } from '../target/folder-view.ts';
import { configExists, strategyNotLinked } from './errors.ts';

const FILE = 'deploy.config.yaml';
const INIT_STRATEGIES = ['canary', 'blue-green', 'rolling'] as const;

export const command: Command = {
  description: `Write a first ${FILE} for the service in this folder.`,
  options: [
    { flags: '--service <name>', description: 'its name' },
    { flags: '--command <line>', description: 'command that starts it; it gets its port as PORT' },
    { flags: '--port <number>', description: 'where users reach it (default: 8080)' },
    { flags: '--health <path>', description: 'path that answers when it is healthy, or none' },
    {
      flags: '--strategy <name>',
      description: 'canary, blue-green, rolling',
      choices: INIT_STRATEGIES,
    },
    { flags: '--replicas <count>', description: 'how many processes (default: 2)' },
    {
      flags: '--provider <name>',
      description: 'adopt a service that already runs on this platform',
    },
    { flags: '--workload <name>', description: 'which of the services that run there' },
    VIA_OPTION,
    { flags: '--force', description: 'overwrite an existing config' },
    { flags: '-y, --yes', description: 'ask nothing: use what the folder tells' },
  ],
  page: 'guide.md',
  examples: [
    ['deployctl init', 'asks only what the folder does not tell'],
    ['deployctl init --provider NAME', 'lists what runs on that platform, and adopts one'],
    ['deployctl init --command "node server.js" --health /healthz', 'asks nothing in CI'],
  ],
  run: init,
};

async function init(input: Input): Promise<ExitCode> {
  const { io, options } = input;
  const file = join(io.cwd, FILE);
  if (!options.force) await refuseIfThere(input, file);
  const view = folderView(io.cwd);
  const composition = await input.compose();
  const provider = textOption(options, 'provider');
  if (provider !== undefined) return adoptRunning(input, composition, provider);
  const starters = await composition.starters();
  const findings = starters.flatMap((starter) => starter.signs(view));
  for (const { words } of findings) io.stderr.write(`${displayLines(words)}\n`);
  const linked = starters.flatMap((starter) => starter.linked?.(view) ?? [])[0];
  if (linked && options.command === undefined) return initLinked(input, file, { linked, findings });
  const answers = await initAnswersTo(input, findings);
  if (answers === null) {
    io.stderr.write('\nNothing was written.\n');
    return EXIT.interrupted;
  }
  await writeInit(input, file, initConfigOf(starters, answers));
  io.stdout.write(`${next(input, answers, view.files.includes('.git/HEAD'))}\n`);
  return EXIT.done;
}

interface InitLinked {
  readonly linked: LinkedService;
  readonly findings: readonly Sign[];
}

/** For what is linked to a platform already: `--command` says that it is to run here instead. */
async function initLinked(
  input: Input,
  file: string,
  { linked, findings }: InitLinked,
): Promise<ExitCode> {
  const service = await answered(input, serviceQuestion(input, findings));
  if (service === null) return EXIT.interrupted;
  const named = textOption(input.options, 'strategy');
  const strategy = INIT_STRATEGIES.find((name) => name === named) ?? linked.strategy;
  const config = linked.config({ service, strategy });
  if (typeof config !== 'string') throw strategyNotLinked(config.refused, linked.strategy);
  await writeInit(input, file, config);
  input.io.stdout.write(`${initNextLines(input, linked.next)}\n`);
  return EXIT.done;
}

const ADOPTED: readonly (readonly [string, string])[] = [
  ['deployctl status', 'what runs there now'],
  ['deployctl plan --release <tag>', 'each step, and anything that prevents it'],
  ['deployctl deploy --release <tag>', 'adopts what runs, without a restart'],
  ['deployctl rollback', 'one version back'],
];

async function adoptRunning(
  input: Input,
  composition: Composition,
  provider: string,
): Promise<ExitCode> {
  const { io } = input;
  const adopted = await adoptedAt(input, composition, provider);
  const strategy = adopted && (await answered(input, strategyQuestion(adopted.strategy)));
  if (!strategy) {
    io.stderr.write('\nNothing was written.\n');
    return EXIT.interrupted;
  }
  await writeInit(input, join(io.cwd, FILE), adopted.config(strategy));
  io.stdout.write(`${initNextLines(input, ADOPTED)}\n`);
  return EXIT.done;
}

/** Of the first provider that can be begun with on what a folder tells. */
function initConfigOf(starters: readonly Starter[], answers: StarterAnswers): string {
  const [config] = starters.flatMap((starter) => starter.config?.(answers) ?? []);
  if (config === undefined) throw new Error('no provider writes a first config');
  return config;
}

async function refuseIfThere({ io }: Input, file: string): Promise<void> {
  if ((await io.readFile(file).catch(() => null)) === null) return;
  throw configExists(FILE);
}

async function writeInit({ io, options }: Input, file: string, content: string): Promise<void> {
  try {
    await io.writeFile(file, content, { fresh: !options.force });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? configExists(FILE) : error;
  }
}

/** Null when the person who was asked has left. */
async function initAnswersTo(
  input: Input,
  findings: readonly Sign[],
): Promise<StarterAnswers | null> {
  const found = findings.find(({ command }) => command !== null);
  const service = await answered(input, serviceQuestion(input, findings));
  if (service === null) return null;
  const command = await answered(input, commandQuestion(found?.command ?? null));
  if (command === null) return null;
  const port = await answered(
    input,
    wholeNumberQuestion(
      { option: 'port', words: 'Port where users reach it', guess: '8080' },
      65_534,
    ),
  );
  if (port === null) return null;
  const health = await answered(input, healthQuestion);
  if (health === null) return null;
  const strategy = await answered(input, strategyQuestion('canary'));
  if (strategy === null) return null;
  const replicas = textOption(input.options, 'replicas') ?? '2';
  const count = await answered(
    { ...input, options: { ...input.options, replicas } },
    wholeNumberQuestion({ option: 'replicas', words: 'How many processes', guess: '2' }, 1000),
  );
  return { service, command, port, health: health.path, strategy, replicas: count ?? 2 };
}

function serviceQuestion({ io }: Input, findings: readonly Sign[]): OpenQuestion<string> {
  const named = findings.find(({ service }) => service !== null)?.service;
  const folder = basename(io.cwd)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return {
    option: 'service',
    words: 'Name of the service',
    guess: named ?? (folder.replace(/^-+|-+$/g, '').slice(0, 63) || 'service'),
    read: (name) =>
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
        ? name
        : { wrong: 'small letters, digits and dashes, at most 63' },
  };
}

const commandQuestion = (found: readonly string[] | null): OpenQuestion<readonly string[]> => ({
  option: 'command',
  words: 'Command that starts it (it gets its port in the variable PORT)',
  guess: found === null ? null : found.join(' '),
  read: (line) => {
    if (found !== null && line === found.join(' ')) return found;
    const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    if (words.length === 0) return { wrong: 'a command, such as: node server.js' };
    return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  },
});

const wholeNumberQuestion = (
  asked: Omit<OpenQuestion<number>, 'read'>,
  most: number,
): OpenQuestion<number> => ({
  ...asked,
  read: (given) => {
    const value = /^\d+$/.test(given) ? Number(given) : 0;
    return value >= 1 && value <= most ? value : { wrong: `a whole number from 1 to ${most}` };
  },
});

const healthQuestion: OpenQuestion<{ readonly path: string | null }> = {
  option: 'health',
  words: 'Path that answers when it is healthy, such as /healthz',
  guess: 'none',
  read: (given) => {
    if (given === 'none') return { path: null };
    return /^\/\S*$/.test(given) ? { path: given } : { wrong: 'a path from /, or none' };
  },
};

const strategyQuestion = (
  guess: StarterAnswers['strategy'],
): OpenQuestion<StarterAnswers['strategy']> => ({
  option: 'strategy',
  words: `Strategy: ${INIT_STRATEGIES.join(', ')}`,
  guess,
  read: (given) => {
    const known = INIT_STRATEGIES.find((name) => name === given);
    const meant = nearest(given, INIT_STRATEGIES);
    return known ?? { wrong: `one of ${INIT_STRATEGIES.join(', ')}${meant ? `: ${meant}?` : ''}` };
  },
});

function next(input: Input, { port }: StarterAnswers, isRepository: boolean): string {
  const release = isRepository ? '' : ' --release v1';
  const commands: readonly (readonly [string, string])[] = [
    [`deployctl validate${release}`, 'the resolved config'],
    [`deployctl plan${release}`, 'what a deployment would do'],
    [`deployctl deploy${release}`, `users reach it at http://127.0.0.1:${port}`],
    ['deployctl rollback', 'one version back'],
    ['deployctl down', 'stop it all'],
  ];
  return initNextLines(input, commands);
}

/** The config has the rest; what is never recorded has to be typed again. */
function initNextLines(input: Input, commands: readonly (readonly [string, string])[]): string {
  const { via } = input.options;
  const typed = listTypedAgain({ ...input, options: { via } }, commands);
  const width = Math.max(...typed.map(([line]) => line.length));
  const lines = typed.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`);
  return [`Wrote ${FILE}. Next:`, ...lines].join('\n');
}
