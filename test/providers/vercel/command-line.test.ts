import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bed, startBed } from '../../beds/vercel/bed.ts';
import { create } from '../../beds/vercel/client.ts';
import { type Around, CliFixture } from '../../helpers/run-cli.ts';

let bed: Bed;
let fixture: CliFixture;
beforeEach(async () => {
  bed = await startBed();
  fixture = new CliFixture();
});
afterEach(async () => {
  const told = bed.violations();
  fixture.remove();
  await bed.close();
  expect(told).toEqual([]);
});

const run = (line: string, around: Around = {}) =>
  fixture.run(line, {
    ...around,
    env: { VERCEL_TOKEN: bed.platform.settings.token, ...around.env },
  });

/** The folder as a developer has it when he deploys this version. */
function write(
  version: string,
  files: Readonly<Record<string, string>> = {},
  strategy = 'blue-green',
  { bake = '0s', hold = '0s', gates = '', watch = '' } = {},
): void {
  fixture.write('site/index.html', version);
  fixture.write('site/bed.json', '{}');
  for (const [name, text] of Object.entries(files)) fixture.write(`site/${name}`, text);
  fixture.write(
    'deploy.config.yaml',
    `service: shop
strategy: ${strategy}
provider:
  vercel: { api: '${bed.url}', project: shop, team: acme, folder: site, propagation: 0s, poll: 10ms, readLag: 0s }
defaults: { bake: ${bake}, check: [page], watch: [${watch}] }
canary: { stages: [{ weight: 10%, duration: ${hold} }, { weight: 50%, duration: ${hold} }, { weight: 100%, duration: 0s }] }
gates:
  page: { http: { path: / }, interval: 100ms }
${gates}`,
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

  it('is paused, and overwrites nothing, when others promote in the middle of a bake', async () => {
    await deploy('v1');
    const other = await create(bed, 'v9');
    write('v2', {}, 'blue-green', { bake: '60s' });
    let promoted = false;
    const heard = (text: string) => {
      if (promoted || !text.includes('bake v2')) return;
      promoted = true;
      bed.platform.point(other, 'promote');
    };
    const { code, stdout, stderr } = await run('deploy --yes --release v2', { heard });
    expect([code, `${stdout}${stderr}`]).toEqual([7, expect.stringContaining(other)]);
    expect(await visit()).toBe('v9');
  });

  it('is paused when others complete its rolling release in the middle of a stage', async () => {
    await deploy('v1');
    write('v2', {}, 'canary', { hold: '60s' });
    const heard = (text: string) => {
      const { rolling } = bed.platform.project;
      if (!text.includes('traffic: v1 90 %') || rolling?.state !== 'ACTIVE') return;
      bed.platform.completeRolling(rolling);
    };
    expect((await run('deploy --yes --release v2', { heard })).code).toBe(7);
    expect(await visit()).toBe('v2');
  });

  it('takes a redirect to a login for no healthy answer, and is let in by the secret', async () => {
    await deploy('v1');
    const secret = 's'.repeat(32);
    bed.platform.project.protection = 'sso';
    bed.platform.project.bypass.set(secret, { createdAt: 1 });
    const refused = await deploy('v2', 3);
    expect(refused.stdout).toContain('302');
    expect(await visit()).toBe('v1');
    const env = { VERCEL_AUTOMATION_BYPASS_SECRET: secret };
    expect((await run('deploy --yes --release v2', { env })).code).toBe(0);
    expect(await visit()).toBe('v2');
    expect(JSON.stringify(bed.calls)).not.toContain(secret);
  });

  it('lets only one of two deployments begin', async () => {
    await deploy('v1');
    write('v2', {}, 'blue-green', { bake: '2s' });
    const both = await Promise.all([
      run('deploy --yes --release v2'),
      run('deploy --yes --release v2'),
    ]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 6]);
    expect(bed.platform.project.deployments.size).toBe(2);
  });

  it('goes back to the base when a gate at the forced canary fails, and restores the settings', async () => {
    await deploy('v1');
    const [domain] = bed.platform.project.domains;
    const own = {
      advancementType: 'automatic',
      stages: [{ targetPercentage: 30, duration: 10 }, { targetPercentage: 100 }],
    } as const;
    bed.platform.project.rollingConfig = own;
    const url = `http://${domain?.name}/canary.txt?vcrrForceCanary=true`;
    const gates = `  users: { http: { url: '${url}', expect: { body: well } }, interval: 100ms, consecutive: 1 }\n`;
    write('v2', { 'canary.txt': 'ill' }, 'canary', { hold: '30s', gates, watch: 'users' });
    const { code, stdout } = await run('deploy --yes --release v2');
    expect([code, stdout]).toEqual([3, expect.stringContaining('users')]);
    expect(bed.platform.project.rolling?.state).toBe('ABORTED');
    expect(bed.platform.project.rollingConfig).toEqual(own);
    expect(await visit()).toBe('v1');
    expect(bed.platform.project.deployments.size).toBe(1);
  });

  it('says with the code of Vercel and a link what a plan of the account does not allow', async () => {
    for (const version of ['v1', 'v2', 'v3']) await deploy(version);
    Object.assign(bed.platform.settings, { plan: 'hobby' });
    const { code, stdout, stderr } = await run('rollback --yes --to v1');
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/402, payment_required\), see https:\/\//);
    expect(await visit()).toBe('v3');
  });

  it.each([
    ['preview', null],
    ['qa', 'qa'],
  ])('deploys to %s, shows it, and goes back, beside production', async (target, environment) => {
    await bed.close();
    bed = await startBed({ aliases: 1 });
    await deploy('v1');
    const alias = bed.platform.project.domains.find((one) => one.alias)?.name ?? '';
    const next = async (version: string) => {
      write(version);
      const extra = `environments: { next: { provider: { vercel: { target: ${target}, aliases: ['${alias}'] } } } }`;
      fixture.write('deploy.config.yaml', `${fixture.read('deploy.config.yaml')}${extra}\n`);
      const ran = await run(`deploy --yes --env next --release ${version}`);
      expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0);
    };
    await next('n1');
    await next('n2');
    const atAlias = async () => (await fetch(`http://${alias}/`)).text();
    expect([await visit(), await atAlias()]).toEqual(['v1', 'n2']);
    const status = await run('status --env next');
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining('n2')]);
    expect((await run('status')).stdout).not.toContain('n2');
    expect((await run('rollback --env next --yes')).code).toBe(0);
    expect([await visit(), await atAlias()]).toEqual(['v1', 'n1']);
    const made = [...bed.platform.project.deployments.values()].slice(1);
    expect(made.map((one) => [one.target, one.environment])).toEqual([
      [null, environment],
      [null, environment],
    ]);
  });

  it('refuses an environment that the project does not have, before anything is sent', async () => {
    write('v1');
    const config = fixture.read('deploy.config.yaml');
    fixture.write(
      'deploy.config.yaml',
      config.replace('folder: site', "folder: site, target: qb, aliases: ['a.vercel.app']"),
    );
    const { code, stderr } = await run('deploy --yes --release v1');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('no environment qb: it has production, preview, qa'),
    ]);
    expect(bed.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('refuses rolling, and says what to use', async () => {
    await deploy('v1');
    const { stderr } = await deploy('v2', 2, {}, 'rolling');
    expect(stderr).toContain('that is the strategy canary');
  });
});
