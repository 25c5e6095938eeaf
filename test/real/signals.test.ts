import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOrNull, startTime } from '../../src/lib/process-life.ts';
import { builtBinary } from './built.ts';
import { RealFixture } from './fixture.ts';
import { journalOf, newestIn } from './kills/ground.ts';

const SETTLED = 6000;
/** An operation is in flight and does not settle by itself, so it has all of its time: a second signal would cut that. */
const ALL_OF_ITS_TIME = 3500;
const LINE = 'deployctl deploy --release new --set provider.local.env.NEVER_READY=1';
const hasTerminals = spawnSync('script', ['--version']).status === 0;

const PASSES_ON = `
const [, , program, ...words] = process.argv;
const bin = 'node_modules/.bin/' + program;
const child = require('node:child_process').spawn(bin, words, { stdio: 'inherit' });
process.on('SIGINT', () => setTimeout(() => child.kill('SIGINT'), 100));
child.on('exit', (code) => process.exit(code));
`;

let fixture: RealFixture;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  fixture = await RealFixture.make();
  mkdirSync(join(fixture.folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(builtBinary(), join(fixture.folder, 'node_modules/.bin/deployctl'));
  writeFileSync(join(fixture.folder, 'passes-on.cjs'), PASSES_ON);
  const scripts = { deploy: LINE };
  writeFileSync(join(fixture.folder, 'package.json'), JSON.stringify({ private: true, scripts }));
  const first = await fixture.run(
    'deploy',
    '--release',
    'old',
    '--set',
    'gates.errors.advisory=true',
  );
  expect(first.code, first.stderr).toBe(0);
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fixture.remove();
});

interface Settled {
  readonly reason: string | undefined;
  /** Ms from the signal. */
  readonly took: number;
  /** What is promised, and what any command takes at this moment. */
  readonly allowed: number;
  readonly code: number | null;
}

/** Begins a deployment that stands in its start, does that to what was started, and waits for its rest. */
async function settledAfter(
  words: readonly string[],
  strike: (child: ChildProcess) => void,
  isDue = () => true,
): Promise<Settled> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { cwd: fixture.folder, env: fixture.env });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += text;
    });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await until(
    async () => (await newest()).inFlight !== null && isDue(),
    () => said,
  );
  const began = performance.now();
  strike(child);
  await until(
    async () => (await newest()).stopped !== null,
    () => said,
  );
  const took = performance.now() - began;
  const { stopped, holder } = await newest();
  await expect.poll(() => startTime(holder.pid)).toBeNull();
  const allowed = SETTLED + (await fixture.anyCommand());
  return { reason: stopped?.reason, took, allowed, code: await exit };
}

async function newest() {
  const state = await newestIn(journalOf(fixture.folder));
  if (!state) throw new Error('nothing is recorded');
  return state;
}

async function until(isSo: () => Promise<boolean>, said: () => string): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it does not come to that: ${said()}`);
}

const onTerminal = (line: string) => [
  'script',
  '--quiet',
  '--return',
  '--command',
  line,
  '/dev/null',
];
const pressCtrlC = (child: ChildProcess) => void child.stdin?.write('\x03');

describe.runIf(hasTerminals)('on a terminal', () => {
  test.each([
    ['directly', `exec node_modules/.bin/${LINE}`],
    ['through npx', `npx --no-install ${LINE}`],
    ['through npm run', 'npm run deploy'],
    ['by a program that passes it on, so that it comes twice', `node passes-on.cjs ${LINE}`],
  ])('Ctrl-C counts once when it was started %s', async (_how, line) => {
    const { reason, took, allowed, code } = await settledAfter(onTerminal(line), pressCtrlC);
    expect({ reason, code }).toEqual({ reason: 'interrupted by SIGINT', code: 130 });
    expect(took).toBeGreaterThan(ALL_OF_ITS_TIME);
    expect(took).toBeLessThan(allowed);
  });

  test('a terminal that goes away is a hang-up, and no reason to stay', async () => {
    const line = onTerminal(`exec node_modules/.bin/${LINE}`);
    const { reason, took, allowed } = await settledAfter(line, (child) => child.kill('SIGKILL'));
    expect(reason).toBe('interrupted by SIGHUP');
    expect(took).toBeLessThan(allowed);
  });
});

describe('SIGTERM to whatever started it', () => {
  const terminate = (child: ChildProcess) => void child.kill('SIGTERM');

  test('reaches it behind exec', async () => {
    const words = ['sh', '-c', `exec node_modules/.bin/${LINE}`];
    const { reason, took, allowed, code } = await settledAfter(words, terminate);
    expect({ reason, code }).toEqual({ reason: 'interrupted by SIGTERM', code: 143 });
    expect(took).toBeLessThan(allowed);
  });

  test.each([
    ['a shell', ['sh', '-c', `node_modules/.bin/${LINE}; exit $?`]],
    ['npx', ['npx', '--no-install', ...LINE.split(' ')]],
    ['npm run', ['npm', 'run', 'deploy']],
  ])(
    'ends only %s, and in a CI job the deployment rests because nobody waits for it',
    async (_what, words) => {
      const { reason, took, allowed } = await settledAfter(words, terminate);
      expect(reason).toBe('interrupted by SIGHUP');
      expect(took).toBeGreaterThan(ALL_OF_ITS_TIME);
      expect(took).toBeLessThan(allowed);
    },
  );

  test('to the whole group of a CI job counts once', async () => {
    const words = ['setsid', 'sh', '-c', `node_modules/.bin/${LINE}; exit $?`];
    const { reason, took, allowed } = await settledAfter(words, (child) =>
      process.kill(-(child.pid ?? 0), 'SIGTERM'),
    );
    expect(reason).toBe('interrupted by SIGTERM');
    expect(took).toBeGreaterThan(ALL_OF_ITS_TIME);
    expect(took).toBeLessThan(allowed);
  });
});

describe('a hook that ignores every signal', () => {
  const HOOK = `
  hooks:
    start:
      before:
        - run: [sh, -c, "trap '' INT TERM HUP; echo $$ > deaf; while :; do sleep 1; done"]
`;
  const deaf = () => Number(readOrNull(join(fixture.folder, 'deaf')));

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('is ended with the deployment within six seconds of a %s', async (signal, exit) => {
    const config = join(fixture.folder, 'deploy.config.yaml');
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace('defaults:\n', () => `defaults:${HOOK}`),
    );
    const words = [process.execPath, builtBinary(), 'deploy', '--release', 'new'];
    const { reason, took, allowed, code } = await settledAfter(
      words,
      (child) => child.kill(signal),
      () => deaf() > 0,
    );
    expect({ reason, code }).toEqual({ reason: `interrupted by ${signal}`, code: exit });
    expect(took).toBeLessThan(allowed);
    expect(startTime(deaf())).toBeNull();
  });
});
