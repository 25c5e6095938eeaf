import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const ESCAPE = '\u001b';
const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('--output json', () => {
  test('writes one event per line, and the exit code last', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('json-events'));
    const { stdout, stderr, code } = await fixture.run('deploy --release v1 --output json');
    const events = parsed(stdout);
    expect(events[0]).toMatchObject({ v: 1, type: 'begun' });
    expect(events.at(-2)).toMatchObject({ type: 'ended', data: { result: 'succeeded' } });
    expect(events.at(-1)).toMatchObject({ v: 1, type: 'exit', code: 0 });
    expect([stderr, code]).toEqual(['', 0]);
  });

  test('says what went wrong in its last line, and to people on stderr', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('json-error'));
    const { stdout, stderr, code } = await fixture.run('rollback k3v9 --output json');
    expect(parsed(stdout)).toMatchObject([
      { type: 'exit', code: 2, error: { code: 'not-found', next: [{}, {}] } },
    ]);
    expect(stderr).toContain('error: There is no deployment "k3v9"');
    expect(code).toBe(2);
  });

  test.each([
    ['status'],
    ['history'],
    ['plan --release v2'],
    ['validate --release v2'],
    ['doctor'],
  ])('of %s is JSON and nothing else', async (line) => {
    fixture.write('deploy.config.yaml', memoryConfig(`json-documents-${line.slice(0, 4)}`));
    await fixture.run('deploy --release v1');
    const { stdout } = await fixture.run(`${line} --output json`);
    expect(stdout.trim()).not.toBe('');
    if (line.startsWith('plan')) JSON.parse(stdout);
    else parsed(stdout);
  });
});

describe('colour', () => {
  test.each([
    ['a pipe', {}, {}, false],
    ['a terminal', { isTTY: true }, { CI: '1' }, true],
    ['a terminal that wants none', { isTTY: true }, { CI: '1', NO_COLOR: '1' }, false],
    ['a pipe that wants some', {}, { FORCE_COLOR: '1' }, true],
    ['both wishes at once', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
  ])('for %s', async (name, around, env, isColored) => {
    fixture.write('deploy.config.yaml', memoryConfig(`colour-${name.replaceAll(' ', '-')}`));
    const { stdout } = await fixture.run('deploy --release v1', { ...around, env });
    expect(stdout.includes(ESCAPE)).toBe(isColored);
  });
});

describe('--output auto', () => {
  test('draws a picture in a terminal and tells lines everywhere else', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('picture'));
    const around = { isTTY: true, columns: 80, env: { NO_COLOR: '1' } };
    const { stdout } = await fixture.run('deploy --release v1', around);
    expect(stdout).toContain(`${ESCAPE}[`);
    const plain = await fixture.run('deploy --release v2 --output text', around);
    expect(plain.stdout).not.toContain(ESCAPE);
    expect(plain.stdout).toContain('[1/5]');
  });

  test('speaks to GitHub Actions in its own words, with a summary of the step', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('github'));
    const env = {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: `${fixture.folder}/summary.md`,
    };
    const { stdout, code } = await fixture.run('deploy --release v1', { env });
    expect(stdout).toContain('::group::[1/3]');
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('## github: v1');
    expect(code).toBe(0);
    const text = await fixture.run('deploy --release v2 --output text', { env });
    expect(text.stdout).not.toContain('::group::');
  });

  test('goes on when the summary cannot be written', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('no-summary'));
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: `${fixture.folder}/no/such/file` };
    const { stderr, code } = await fixture.run('deploy --release v1', { env });
    expect(stderr).toContain('warning: progress output stopped');
    expect(code).toBe(0);
  });
});

describe('secrets', () => {
  test('in the environment of the service are shown by no command', async () => {
    const local = `provider: { local: { command: [x], env: { TOKEN: hunter2 }, edge: { port: 18391 } } }`;
    fixture.write(
      'deploy.config.yaml',
      `service: secretive\nstrategy: canary\n${local}\ngates: { up: { http: / } }\ndefaults: { check: [up] }\n`,
    );
    for (const line of ['validate', 'validate --output json', 'plan', 'doctor', 'status']) {
      const flags = /validate|plan/.test(line) ? ' --release v1' : '';
      const { stdout, stderr } = await fixture.run(`${line}${flags}`);
      expect(`${stdout}${stderr}`, line).not.toContain('hunter2');
    }
  });
});

test('status shows in colour what is well, where the terminal has colours', async () => {
  fixture.write('deploy.config.yaml', memoryConfig('coloured'));
  await fixture.run('deploy --release v1');
  const inColour = await fixture.run('status', { isTTY: true, env: { FORCE_COLOR: '1' } });
  expect(inColour.stdout).toContain('\u001b[32m  v1');
  expect(inColour.stdout).toMatch(/ago \(\d\d:\d\d\)/);
  const stages = 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%], check: [never] }';
  const gates = 'gates: { never: { command: { run: ["false"] } } }\n';
  fixture.write('deploy.config.yaml', `${memoryConfig('coloured', stages)}${gates}`);
  const bad = await fixture.run('deploy --release v2');
  expect(bad.code).toBe(3);
  const history = await fixture.run('history', { isTTY: true, env: { FORCE_COLOR: '1' } });
  const [, back = '', good = ''] = history.stdout.split('\n');
  expect([back.startsWith('\u001b[31m'), back.includes('rolled-back')]).toEqual([true, true]);
  expect([good.includes('\u001b'), good.includes('succeeded')]).toEqual([false, true]);
  expect(
    (await fixture.run('status', { isTTY: true, env: { NO_COLOR: '1' } })).stdout,
  ).not.toContain('\u001b');
});
