import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bed, startBed } from '../../beds/vercel/bed.ts';
import { Desk } from '../../helpers/run-cli.ts';

let bed: Bed;
let desk: Desk;
beforeEach(async () => {
  bed = await startBed();
  desk = new Desk();
});
afterEach(async () => {
  const told = bed.violations();
  desk.remove();
  await bed.close();
  expect(told).toEqual([]);
});

const run = (line: string) =>
  desk.run(line, { env: { VERCEL_TOKEN: bed.platform.settings.token } });

/** The folder as a developer has it when he deploys this version. */
function write(
  version: string,
  files: Readonly<Record<string, string>> = {},
  strategy = 'blue-green',
): void {
  desk.write('site/index.html', version);
  desk.write('site/bed.json', '{}');
  for (const [name, text] of Object.entries(files)) desk.write(`site/${name}`, text);
  desk.write(
    'deploy.config.yaml',
    `service: shop
strategy: ${strategy}
provider:
  vercel: { api: '${bed.url}', project: shop, team: acme, folder: site, propagation: 0s, poll: 10ms, readLag: 0s }
defaults: { bake: 0s, check: [page] }
canary: { stages: [{ weight: 10%, duration: 0s }, { weight: 50%, duration: 0s }, { weight: 100%, duration: 0s }] }
gates: { page: { http: { path: / }, interval: 100ms } }

`,
  );
}

async function deploy(version: string, exit = 0, files = {}, strategy = 'blue-green') {
  write(version, files, strategy);
  const ran = await run(`deploy --yes --release ${version}`);
  expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(exit);
  return ran;
}

const visit = async () => {
  const [domain] = bed.platform.project.domains;
  return (await fetch(`http://${domain?.name}/`)).text();
};

describe('from the command line', { timeout: 60_000 }, () => {
  it('deploys, shows and undoes', async () => {
    await deploy('v1');
    await deploy('v2');
    expect(await visit()).toBe('v2');
    const { stdout } = await run('status');
    expect(stdout).toContain('v2');
    expect(await run('rollback --yes')).toMatchObject({ code: 0 });
    expect(await visit()).toBe('v1');
    expect(bed.platform.project.deployments.size).toBe(2);
    await deploy('v3');
    expect(await visit()).toBe('v3');
  });

  it('deploys again what it has gone back from, and goes back to any, without another build', async () => {
    await deploy('v1');
    await deploy('v2');
    expect(await run('rollback --yes')).toMatchObject({ code: 0 });
    await deploy('v2');
    expect(await visit()).toBe('v2');
    await deploy('v3');
    expect(await run('rollback --yes --to v1')).toMatchObject({ code: 0 });
    expect(await visit()).toBe('v1');
    expect(bed.platform.project.deployments.size).toBe(3);
  });

  it('goes by a rolling release, and puts the settings of the project back', async () => {
    await deploy('v1');
    const good = await deploy('v2', 0, {}, 'canary');
    expect(good.stdout).toContain('10 %');
    expect(await visit()).toBe('v2');
    expect(bed.platform.project.rollingConfig).toBeNull();
    const stages = bed.calls.filter(({ name }) => name?.endsWith('/approve-stage'));
    expect(stages).toHaveLength(1);
  });

  it('leaves production alone when the staged deployment does not answer well', async () => {
    await deploy('v1');
    const { stdout } = await deploy('v2', 3, { 'bed.json': '{"status":500}' });
    expect(stdout).toContain('500');
    expect(await visit()).toBe('v1');
    expect(bed.platform.project.deployments.size).toBe(1);
  });

  it('tells why a build failed', async () => {
    await deploy('v1');
    const { stdout, stderr } = await deploy('v2', 3, { 'bed.json': '{"build":"ERROR"}' });
    expect(`${stdout}${stderr}`).toContain('exited with 1');
    expect(await visit()).toBe('v1');
  });

  it('refuses rolling, and says what to use', async () => {
    await deploy('v1');
    const { stderr } = await deploy('v2', 2, {}, 'rolling');
    expect(stderr).toContain('that is the strategy canary');
  });
});
