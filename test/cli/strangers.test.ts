import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPlugins } from '../../src/plug-ins/load.ts';
import { Desk, memoryConfig } from '../helpers/run-cli.ts';
import { AS_ROOT, giveAway, isRoot, STRANGER } from '../helpers/stranger.ts';

let desk: Desk;
let mark: string;
beforeEach(() => {
  desk = new Desk();
  mark = join(desk.folder, 'mark');
});
afterEach(() => desk.remove());

/** Runs as soon as it is imported. */
const code = () => `import { writeFileSync } from 'node:fs'; writeFileSync('${mark}', '');`;
const plugIn = () => memoryConfig('theirs', `plugins: [./plug-in.mjs]\ncanary: {}`);

/** What a stranger put into a folder that was there already. */
function plant(name: string, text: string): string {
  desk.write(name, text);
  if (isRoot) giveAway(join(desk.folder, name));
  return join(desk.folder, name);
}

const CONFIGS: readonly [string, () => string][] = [
  ['deploy.config.mjs', () => `${code()} export default {};`],
  ['deploy.config.yaml', plugIn],
];

describe.each(CONFIGS)('a config that others could have written: %s', (name, text) => {
  beforeEach(() => desk.write('plug-in.mjs', `${code()} export default {};`));

  const places: [string, boolean, (file: string) => void][] = [
    ['in a folder that everybody writes to', true, () => chmodSync(desk.folder, 0o777)],
    ['in one that everybody may add to', true, () => chmodSync(desk.folder, 0o1777)],
    ['as a file that everybody writes to', true, (file) => chmodSync(file, 0o666)],
    ['as a file of another user', isRoot, (file) => giveAway(file)],
    ['in a folder of another user', isRoot, () => giveAway(desk.folder)],
  ];

  test.each(places.filter(([, possible]) => possible))(
    `%s is not taken by plan and deploy, which say how it would be ${AS_ROOT}`,
    async (_, __, open) => {
      desk.write(name, text());
      const file = join(desk.folder, name);
      open(file);
      for (const line of ['plan --release v1', 'deploy --release v1', 'validate']) {
        const { code, stderr } = await desk.run(line);
        expect([line, code]).toEqual([line, 2]);
        expect(stderr).toContain(`${file} was found and is not taken as the config: `);
        expect(stderr).toContain(`deployctl validate --config ${file}`);
      }
      expect(existsSync(mark)).toBe(false);
    },
  );

  test('is taken when it is named', async () => {
    desk.write(name, text());
    chmodSync(desk.folder, 0o777);
    await desk.run(`plan --release v1 --config ${name}`);
    expect(existsSync(mark)).toBe(true);
  });
});

describe('who looks or goes back in a folder of others', () => {
  const home = new Desk();
  const env = { XDG_STATE_HOME: home.state };
  afterAll(() => home.remove());
  beforeEach(async () => {
    desk.write('deploy.config.yaml', memoryConfig('ours'));
    expect((await desk.run('deploy --release v1', { env })).code).toBe(0);
  });

  test.each(['status', 'history'])(
    'is warned of a config there, and gets along without it: %s',
    async (line) => {
      desk.write('deploy.config.yaml', plugIn());
      desk.write('plug-in.mjs', code());
      chmodSync(desk.folder, 0o777);
      const { code: exit, stdout, stderr } = await desk.run(line, { env });
      expect(stderr).toContain('is not taken as the config');
      expect([exit, stdout]).toEqual([0, expect.stringContaining('v1')]);
      expect(existsSync(mark)).toBe(false);
    },
  );

  test('is told by doctor', async () => {
    chmodSync(join(desk.folder, 'deploy.config.yaml'), 0o666);
    const { code: exit, stdout } = await desk.run('doctor', { env });
    expect(stdout).toContain('✖ config: ');
    expect(stdout).toContain('deploy.config.yaml can be written by other users');
    expect(exit).toBe(1);
  });
});

describe.runIf(isRoot)(`a package that another user put above the config ${AS_ROOT}`, () => {
  test('is not loaded as a plug-in', async () => {
    mkdirSync(join(desk.folder, 'mine'));
    chmodSync(desk.folder, 0o1777);
    plant('node_modules/plug/index.js', `${code()} export default {};`);
    plant(
      'node_modules/plug/package.json',
      '{"name":"plug","type":"module","exports":"./index.js"}',
    );
    giveAway(join(desk.folder, 'node_modules'), join(desk.folder, 'node_modules/plug'));
    await expect(loadPlugins(['plug'], join(desk.folder, 'mine'))).rejects.toMatchObject({
      code: 'config-invalid',
      why: expect.stringContaining(
        `${desk.folder}/node_modules belongs to another user (uid ${STRANGER})`,
      ),
    });
    expect(existsSync(mark)).toBe(false);
  });
});

describe('doctor', () => {
  test('says that only you can write to what is kept', async () => {
    const { stdout } = await desk.run('doctor');
    expect(stdout).toContain(`✔ folders: only you can write to ${desk.state}/deployctl`);
  });

  test('says who has, and what to do, and what is not kept for that', async () => {
    chmodSync(desk.folder, 0o777);
    const { code: exit, stdout } = await desk.run('doctor');
    expect(stdout).toContain(
      `✖ folders: ${desk.state}/deployctl is not used: ${desk.folder} can be written by other users`,
    );
    expect(exit).toBe(1);
    const state = new Desk();
    const { stdout: half } = await desk.run('doctor', { env: { XDG_STATE_HOME: state.state } });
    expect(half).toContain('✔ folders');
    expect(half).toContain(`nothing compiled is kept: ${desk.folder} can be written`);
    state.remove();
  });
});

test('a password in an address is warned of, not repeated in the warning', async () => {
  const address = 'https://ann:s3cret-w0rd@host/?token=abcdef';
  desk.write(
    'deploy.config.yaml',
    memoryConfig('plain').replace(
      'memory: {}',
      `local: { command: [a, "${address}"], edge: { port: 1 } }`,
    ),
  );
  const { stderr, stdout } = await desk.run('validate --release v1');
  expect(`${stdout}${stderr}`).toContain('the address has a password or a token in it');
  expect(`${stdout}${stderr}`).not.toContain('s3cret-w0rd');
});
