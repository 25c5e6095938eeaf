import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../helpers/free-port.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let folder: string;
let tarball: string;
const env = () => ({ ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true' });
const deployctl = (...args: string[]) =>
  run(join(folder, 'node_modules/.bin/deployctl'), args, { cwd: folder, env: env() });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-package-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: REPOSITORY });
  tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await writeFile(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
  await run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
}, 300_000);

afterAll(async () => {
  await deployctl('down', '--yes', '--service', 'minimal');
  await rm(folder, { recursive: true, force: true });
});

test('the package is small and carries no tests and no sources', async () => {
  const { stdout } = await run('tar', ['tzf', join(folder, tarball)]);
  const files = stdout.trim().split('\n');
  expect(
    files.filter((file) =>
      /^package\/(test|src|providers|strategies|gates|stores|scripts)\//.test(file),
    ),
  ).toEqual([]);
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  for (const page of ['docs/README.md', 'docs/live-view.svg', 'man/deployctl-deploy.1'])
    expect(files).toContain(`package/${page}`);
  // With the parsers of command lines and of YAML in it, which nobody has to install besides.
  expect((await stat(join(folder, tarball))).size).toBeLessThan(950_000);
});

test('installed in an empty folder it deploys the smallest example', {
  timeout: 120_000,
}, async () => {
  const [port, metrics] = [await freePort(), await freePort()];
  const { stdout } = await deployctl(
    'deploy',
    '--config',
    'node_modules/deployctl/examples/minimal.yaml',
    '--set',
    `provider.local.edge.port=${port}`,
    '--set',
    `provider.local.edge.metricsPort=${metrics}`,
  );
  expect(stdout).toMatch(/is live/);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
});

test('its man pages are where man looks beside the programs of a prefix', async () => {
  const prefix = join(folder, 'prefix');
  await run('npm', [
    'install',
    '--global',
    '--prefix',
    prefix,
    '--no-audit',
    join(folder, tarball),
  ]);
  const pages = await readdir(join(prefix, 'share/man/man1'));
  expect(pages).toContain('deployctl.1');
  expect(pages).toContain('deployctl-rollback.1');
});

test('its contract is there for the authors of plug-ins', async () => {
  const script =
    "import { EXIT, DeployError } from 'deployctl/contract'; console.log(EXIT.rolledBack, new DeployError('held', { message: 'x' }).exit)";
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
  });
  expect(stdout.trim()).toBe('3 6');
});
