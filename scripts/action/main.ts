import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The step of the GitHub action: runs `deployctl deploy` with the inputs as options, says what
 * became of it, and ends with its exit code. Needs nothing but Node: nothing may be installed yet.
 */
type Inputs = Readonly<Record<string, string>>;

const { env } = process;
const USAGE = 2;
const COULD_NOT_RUN = 1;

const inputs = JSON.parse(env.DEPLOYCTL_INPUTS ?? '{}') as Inputs;
const bare = (env.DEPLOYCTL_BARE ?? '').split(' ');
const many = (env.DEPLOYCTL_MANY ?? '').split(' ');
const folder = resolve(inputs['working-directory'] || '.');
const NOTHING_BEGUN = { id: '', result: 'none', version: inputs.release ?? '' };

process.exitCode = await main();

async function main(): Promise<number> {
  const wrong = bare.filter((name) => !['', 'true', 'false'].includes(inputs[name] ?? ''));
  if (wrong[0]) return failed(`${wrong.join(' and ')}: true or false.`, USAGE);
  const words = Object.entries(inputs).flatMap(([name, value]) => wordsOf(name, value));
  const program = ownProgram() ?? actionProgram();
  if (!program) return failed('deployctl could not be installed: see above.', COULD_NOT_RUN);
  // The last value counts: deployctl itself says which deployment it has begun, and how that ended.
  say(NOTHING_BEGUN);
  const code = await run(program, ['deploy', ...words]);
  say({ 'exit-code': String(code) });
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
  say({ ...NOTHING_BEGUN, 'exit-code': String(code) });
  return code;
}
