import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { actionYaml } from '../../scripts/action/definition.ts';
import { command } from '../../src/cli/commands/deploy.ts';
import { ProcessFixture } from '../cli/process-fixture.ts';
import { blocks, ROOT, read } from './pages.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Step {
  readonly id: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

const action = parse(read('action.yml')) as Action;
const [step] = action.runs.steps as [Step];

interface Ran {
  readonly code: number | null;
  readonly said: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** As a runner does it: the step's script in bash, with inputs, and files for what comes out. */
async function act(
  inputs: Readonly<Record<string, string>>,
  around: NodeJS.ProcessEnv,
  meanwhile?: (pid: number, said: () => string) => Promise<void>,
): Promise<Ran> {
  const file = join(mkdtempSync(join(tmpdir(), 'deployctl-action-')), 'output');
  writeFileSync(file, '');
  const presets = Object.entries(action.inputs).map(([name, input]) => [name, input.default]);
  const { DEPLOYCTL_INPUTS: _, ...fixed } = step.env;
  const env = {
    ...around,
    ...fixed,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: file,
    GITHUB_ACTION_PATH: ROOT,
    DEPLOYCTL_INPUTS: JSON.stringify({ ...Object.fromEntries(presets), ...inputs }),
  };
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    env,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await meanwhile?.(child.pid ?? 0, () => said);
  const [code] = (await once(child, 'close')) as [number | null];
  const outputs = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/=(.*)/s).slice(0, 2));
  rmSync(join(file, '..'), { recursive: true });
  return { code, said, outputs: Object.fromEntries(outputs) };
}

describe('the action', () => {
  test('is what the options of deploy make of it: renew it by npm run action', () => {
    expect(read('action.yml')).toBe(actionYaml(command.options));
  });

  test('has an input for every option, and one for the folder', () => {
    const flags = command.options
      .filter(({ hidden }) => !hidden)
      .map(({ flags }) => /--([a-z-]+)/.exec(flags)?.[1]);
    expect(Object.keys(action.inputs)).toEqual(['working-directory', ...flags]);
  });

  test('puts no input into a script', () => {
    expect(step.run).not.toContain('${{');
    expect(Object.keys(action.outputs)).toEqual(['id', 'result', 'version', 'exit-code']);
  });

  test('is shown with inputs that it has', () => {
    const shown = blocks('docs/ci.md', ['yaml']).flatMap((text) => {
      const [, given = ''] = text.split('uses: deployctl/deployctl@main\n        with:\n');
      return [...given.matchAll(/^ {10}([a-z-]+):/gm)].map(([, name = '']) => name);
    });
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((name) => !(name in action.inputs))).toEqual([]);
  });
});

describe('its step, run as GitHub runs it', () => {
  let fixture: ProcessFixture;
  beforeAll(async () => {
    fixture = await ProcessFixture.make();
  });
  afterAll(() => fixture.remove());

  /** With the node of the tests, and without a deployctl of this machine. */
  const around = () => ({
    ...fixture.env,
    PATH: `${join(process.execPath, '..')}:/usr/local/bin:/usr/bin:/bin`,
  });
  const inputs = (more: Readonly<Record<string, string>>) => ({
    'working-directory': fixture.folder,
    // A busy machine is no reason to fail.
    set: 'defaults.timeouts.start=60s',
    ...more,
  });

  test('deploys, and says which deployment it was', async () => {
    const ran = await act(
      inputs({ release: 'v1', yes: 'true', 'wait-approval': 'false' }),
      around(),
    );
    expect(ran).toMatchObject({
      code: 0,
      outputs: { result: 'succeeded', version: 'v1', 'exit-code': '0' },
    });
    expect(ran.outputs.id).toMatch(/^\w{8}$/);
    expect(ran.said).toContain('::group::');
  });

  test('names its own deployment where the log is JSON', async () => {
    const ran = await act(inputs({ release: 'v1b', output: 'json' }), around());
    const { id = 'none' } = ran.outputs;
    expect(ran.outputs).toEqual({ id, result: 'succeeded', version: 'v1b', 'exit-code': '0' });
    expect(ran.said).toContain(`"deployment":"${id}"`);
  });

  test('ends with the exit code of what went wrong: a release that is bad', async () => {
    const set = 'provider.local.command=false\ndefaults.timeouts.start=2s';
    const ran = await act(inputs({ release: 'v2', set }), around());
    expect(ran).toMatchObject({
      code: 3,
      outputs: { result: 'rolled-back', version: 'v2', 'exit-code': '3' },
    });
    expect(ran.said).toContain('::error');
  });

  test('where nothing was begun, and what an input holds is never run', async () => {
    const file = join(fixture.folder, 'touched');
    const release = `v3"; touch ${file}; $(touch ${file})`;
    const ran = await act(inputs({ release, strategy: 'canry' }), around());
    expect(ran).toMatchObject({ code: 2, outputs: { id: '', result: 'none', 'exit-code': '2' } });
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  test('refuses what is neither true nor false', async () => {
    const ran = await act(inputs({ yes: 'maybe' }), around());
    expect(ran).toMatchObject({ code: 2, outputs: { result: 'none', 'exit-code': '2' } });
    expect(ran.said).toContain('::error title=deployctl::yes: true or false.');
  });

  test('a job that is cancelled leaves a deployment that is paused', async () => {
    await fixture.run('deploy --release v1');
    fixture.configure({ hold: '2m' });
    const ran = await act(inputs({ release: 'v4' }), around(), async (pid, said) => {
      await expect.poll(said, { timeout: 40_000 }).toMatch(/watch 20 /);
      process.kill(pid, 'SIGTERM');
    });
    expect(ran).toMatchObject({
      code: 143,
      outputs: { result: 'unfinished', version: 'v4', 'exit-code': '143' },
    });
    expect((await fixture.run('rollback')).code).toBe(0);
  });
});

describe('which deployctl runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deployctl-action-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is the one of the project, before any other', async () => {
    const bin = join(folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'deployctl'),
      // What others begin meanwhile is theirs, however new it is.
      '#!/bin/sh\n[ "$1" = history ] && echo "{\\"id\\":\\"$$\\"}" && exit\necho "own $*"\nexit 6\n',
    );
    chmodSync(join(bin, 'deployctl'), 0o755);
    const { PATH, HOME } = process.env;
    const ran = await act(
      { 'working-directory': folder, release: 'v1', set: 'a=1\n\n b=c d' },
      { PATH, HOME },
    );
    expect(ran).toMatchObject({ code: 6, outputs: { id: '', result: 'none', version: 'v1' } });
    expect(ran.said).toContain('own deploy --release=v1 --set=a=1 --set=b=c d');
  });
});
