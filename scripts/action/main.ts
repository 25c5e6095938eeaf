import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The step of the GitHub action: runs `deployctl deploy` with the inputs as options, says what
 * became of it, and ends with its exit code. Needs nothing but Node: nothing may be installed yet.
 */
type Inputs = Readonly<Record<string, string>>;
interface Entry {
  readonly id: string;
  readonly version: string;
  readonly result: string;
}

const { env } = process;
const USAGE = 2;
const COULD_NOT_RUN = 1;
const PLACE = ['config', 'env', 'store'];

const inputs = JSON.parse(env.DEPLOYCTL_INPUTS ?? '{}') as Inputs;
const bare = (env.DEPLOYCTL_BARE ?? '').split(' ');
const many = (env.DEPLOYCTL_MANY ?? '').split(' ');
const folder = resolve(inputs['working-directory'] || '.');

process.exitCode = await main();

async function main(): Promise<number> {
  const wrong = bare.filter((name) => !['', 'true', 'false'].includes(inputs[name] ?? ''));
  if (wrong[0]) return failed(`${wrong.join(' and ')}: true or false.`, USAGE);
  const words = Object.entries(inputs).flatMap(([name, value]) => wordsOf(name, value));
  const program = ownProgram() ?? actionProgram();
  if (!program) return failed('deployctl could not be installed: see above.', COULD_NOT_RUN);
  const before = newest(program);
  const code = await run(program, ['deploy', ...words]);
  const after = newest(program);
  const begun = after && after.id !== before?.id ? after : null;
  say({
    id: begun?.id ?? '',
    result: begun?.result ?? 'none',
    version: begun?.version ?? inputs.release ?? '',
    'exit-code': String(code),
  });
  return code;
}

function wordsOf(name: string, value: string): readonly string[] {
  if (name === 'working-directory' || value.trim() === '') return [];
  if (many.includes(name)) return lines(value).map((line) => `--${name}=${line}`);
  if (!bare.includes(name)) return [`--${name}=${value}`];
  return value === 'true' ? [`--${name}`] : [];
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The project's own, or the machine's: what it starts may outlive this job, and the folder of this action. */
function ownProgram(): readonly string[] | null {
  const local = join(folder, 'node_modules/.bin/deployctl');
  if (existsSync(local)) return [local];
  const { error, status } = spawnSync('deployctl', ['--version'], { cwd: folder });
  return !error && status === 0 ? ['deployctl'] : null;
}

function actionProgram(): readonly string[] | null {
  const home = resolve(import.meta.dirname, '../..');
  if (!existsSync(join(home, 'node_modules'))) {
    const install = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', install, { cwd: home, stdio: ['ignore', 2, 2] });
    if (status !== 0) return null;
  }
  return [process.execPath, join(home, 'src/dev.ts')];
}

/** Signals go on to it: a job that is cancelled leaves a deployment that is recorded as paused. */
function run(program: readonly string[], words: readonly string[]): Promise<number> {
  const [file = '', ...first] = program;
  const child: ChildProcess = spawn(file, [...first, ...words], { cwd: folder, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill(signal));
  return new Promise((resolved) => {
    child.on('error', ({ message }) => resolved(failed(message, COULD_NOT_RUN)));
    child.on('close', (code) => resolved(code ?? COULD_NOT_RUN));
  });
}

/** The newest deployment that is recorded; null where there is none, or where nobody can tell. */
function newest([file = '', ...first]: readonly string[]): Entry | null {
  const place = PLACE.flatMap((name) => wordsOf(name, inputs[name] ?? ''));
  const words = [...first, 'history', '--limit=1', '--output=json', ...place, ...planned()];
  const { stdout } = spawnSync(file, words, { cwd: folder, encoding: 'utf8' });
  try {
    return JSON.parse(stdout) as Entry;
  } catch {
    return null;
  }
}

/** A saved plan says itself which service it is about, where no config is at hand. */
function planned(): readonly string[] {
  if (!inputs.plan) return [];
  try {
    const { target } = JSON.parse(readFileSync(resolve(folder, inputs.plan), 'utf8')) as {
      target?: { service?: string };
    };
    return target?.service ? [`--service=${target.service}`] : [];
  } catch {
    return [];
  }
}

function say(outputs: Readonly<Record<string, string>>): void {
  const text = Object.entries(outputs).map(
    ([name, value]) => `${name}=${value.replaceAll(/[\r\n]/g, ' ')}\n`,
  );
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, text.join(''));
}

function failed(message: string, code: number): number {
  process.stdout.write(
    `::error title=deployctl::${message.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`,
  );
  say({ id: '', result: 'none', version: inputs.release ?? '', 'exit-code': String(code) });
  return code;
}
