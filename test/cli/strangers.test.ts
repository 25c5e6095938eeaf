import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPlugins } from '../../src/plug-ins/load.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';
import { AS_ROOT, giveAway, isRoot, STRANGER } from '../helpers/stranger.ts';

let fixture: CliFixture;
let mark: string;
beforeEach(() => {
  fixture = new CliFixture();
  mark = join(fixture.folder, 'mark');
});
afterEach(() => fixture.remove());

/** Runs as soon as it is imported. */
const code = () => `import { writeFileSync } from 'node:fs'; writeFileSync('${mark}', '');`;
const plugIn = () => memoryConfig('theirs', `plugins: [./plug-in.mjs]\ncanary: {}`);

/** What a stranger put into a folder that was there already. */
function plant(name: string, text: string): string {
  fixture.write(name, text);
  if (isRoot) giveAway(join(fixture.folder, name));
  return join(fixture.folder, name);
}

const CONFIGS: readonly [string, () => string][] = [
  ['deploy.config.mjs', () => `${code()} export default {};`],
  ['deploy.config.yaml', plugIn],
];

describe.each(CONFIGS)('a config that others could have written: %s', (name, text) => {
  beforeEach(() => fixture.write('plug-in.mjs', `${code()} export default {};`));

  const places: [string, boolean, (file: string) => void][] = [
    ['in a folder that everybody writes to', true, () => chmodSync(fixture.folder, 0o777)],
    ['in one that everybody may add to', true, () => chmodSync(fixture.folder, 0o1777)],
    ['as a file that everybody writes to', true, (file) => chmodSync(file, 0o666)],
    ['as a file of another user', isRoot, (file) => giveAway(file)],
    ['in a folder of another user', isRoot, () => giveAway(fixture.folder)],
  ];

  test.each(places.filter(([, possible]) => possible))(
    `%s is not taken by plan and deploy, which say how it would be ${AS_ROOT}`,
    async (_, __, open) => {
      fixture.write(name, text());
      const file = join(fixture.folder, name);
      open(file);
      for (const line of ['plan --release v1', 'deploy --release v1', 'validate']) {
        const { code, stderr } = await fixture.run(line);
        expect([line, code]).toEqual([line, 2]);
        expect(stderr).toContain(`${file} was found, but is not used as the config: `);
        expect(stderr).toContain(`deployctl validate --config ${file}`);
      }
      expect(existsSync(mark)).toBe(false);
    },
  );

  test('is taken when it is named', async () => {
    fixture.write(name, text());
    chmodSync(fixture.folder, 0o777);
    await fixture.run(`plan --release v1 --config ${name}`);
    expect(existsSync(mark)).toBe(true);
  });
});

describe('who looks or goes back in a folder of others', () => {
  const home = new CliFixture();
  const env = { XDG_STATE_HOME: home.state };
  afterAll(() => home.remove());
  beforeEach(async () => {
    fixture.write('deploy.config.yaml', memoryConfig('ours'));
    expect((await fixture.run('deploy --release v1', { env })).code).toBe(0);
  });

  test.each(['status', 'history'])(
    'is warned of a config there, and gets along without it: %s',
    async (line) => {
      fixture.write('deploy.config.yaml', plugIn());
      fixture.write('plug-in.mjs', code());
      chmodSync(fixture.folder, 0o777);
      const { code: exit, stdout, stderr } = await fixture.run(line, { env });
      expect(stderr).toContain('not used as the config');
      expect([exit, stdout]).toEqual([0, expect.stringContaining('v1')]);
      expect(existsSync(mark)).toBe(false);
    },
  );

  test('is told by doctor', async () => {
    chmodSync(join(fixture.folder, 'deploy.config.yaml'), 0o666);
    const { code: exit, stdout } = await fixture.run('doctor', { env });
    expect(stdout).toContain('✖ config: ');
    expect(stdout).toContain('deploy.config.yaml can be written by other users');
    expect(exit).toBe(1);
  });
});

describe.runIf(isRoot)(`a package that another user put above the config ${AS_ROOT}`, () => {
  test('is not loaded as a plug-in', async () => {
    mkdirSync(join(fixture.folder, 'mine'));
    chmodSync(fixture.folder, 0o1777);
    plant('node_modules/plug/index.js', `${code()} export default {};`);
    plant(
      'node_modules/plug/package.json',
      '{"name":"plug","type":"module","exports":"./index.js"}',
    );
    giveAway(join(fixture.folder, 'node_modules'), join(fixture.folder, 'node_modules/plug'));
    await expect(loadPlugins(['plug'], join(fixture.folder, 'mine'))).rejects.toMatchObject({
      code: 'config-invalid',
      why: expect.stringContaining(
        `${fixture.folder}/node_modules belongs to another user (uid ${STRANGER})`,
      ),
    });
    expect(existsSync(mark)).toBe(false);
  });
});

describe('doctor', () => {
  test('says that only you can write to what is kept', async () => {
    const { stdout } = await fixture.run('doctor');
    expect(stdout).toContain(`✔ folders: only you can write to ${fixture.state}/deployctl`);
  });

  test('says who has, and what to do, and what is not kept for that', async () => {
    chmodSync(fixture.folder, 0o777);
    const { code: exit, stdout } = await fixture.run('doctor');
    expect(stdout).toContain(
      `✖ folders: ${fixture.state}/deployctl is not used: ${fixture.folder} can be written by other users`,
    );
    expect(exit).toBe(1);
    const state = new CliFixture();
    const { stdout: half } = await fixture.run('doctor', { env: { XDG_STATE_HOME: state.state } });
    expect(half).toContain('✔ folders');
    expect(half).toContain(`compiled code is not cached: ${fixture.folder} can be written`);
    state.remove();
  });
});

test('a password in an address is warned of, not repeated in the warning', async () => {
  const address = 'https://ann:s3cret-w0rd@host/?token=abcdef';
  fixture.write(
    'deploy.config.yaml',
    memoryConfig('plain').replace(
      'memory: {}',
      `local: { command: [a, "${address}"], edge: { port: 1 } }`,
    ),
  );
  const { stderr, stdout } = await fixture.run('validate --release v1');
  expect(`${stdout}${stderr}`).toContain('the address holds a password or a token');
  expect(`${stdout}${stderr}`).not.toContain('s3cret-w0rd');
});
