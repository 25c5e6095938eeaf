import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

describe('what other tools call it', () => {
  test.each([
    ['status --json', 'status --output json'],
    ['ls', 'status'],
    ['deploy v2 --dry-run -y', 'plan --release v2'],
    ['plan --tag v2', 'plan --release v2'],
    ['plan --tag=v2 -f deploy.config.yaml', 'plan v2 --config deploy.config.yaml'],
    ['version', '--version'],
  ])('works where it means one thing: %s', async (line, own) => {
    fixture.write('deploy.config.yaml', memoryConfig(`spelled-${own.length}-${line.length}`));
    await fixture.run('deploy v1');
    const [said, meant] = [await fixture.run(line), await fixture.run(own)];
    const plain = ({ code, stdout, stderr }: typeof said) => [code, fixture.plain(stdout), stderr];
    expect(said.code).toBe(0);
    expect(plain(said)).toEqual(plain(meant));
  });

  test('undo goes back', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('undone'));
    await fixture.run('deploy v1');
    await fixture.run('deploy v2');
    expect((await fixture.run('undo')).code).toBe(0);
    expect((await fixture.run('status')).stdout).toContain('v1 has been live');
  });

  test.each(['deploy -q', 'status --verbose', 'rollback --force', 'deploy --debug'])(
    'is told what there is instead: %s',
    async (line) => {
      const { code, stderr } = await fixture.run(line);
      const [verb, flag] = line.split(' ');
      expect(stderr).toContain(`deployctl ${verb} has no option ${flag}.`);
      expect(stderr).toContain(`Next: deployctl ${verb} --`);
      expect(code).toBe(2);
    },
  );

  test('two versions are none', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('two'));
    const { code, stderr } = await fixture.run('deploy v1 --release v2');
    expect(stderr).toContain('Two versions are named: v1 and --release v2.');
    expect(code).toBe(2);
  });
});

describe('status without a config', () => {
  test('shows all services of the journal on one screen', async () => {
    fixture.write('a.yaml', memoryConfig('all-a')).write('b.yaml', memoryConfig('all-b'));
    await fixture.run('deploy v1 --config a.yaml');
    await fixture.run('deploy v7 --config b.yaml');
    const { code, stdout } = await fixture.run('status');
    expect(stdout).toMatch(/all-a +v1 +4 of 4 healthy +v1 succeeded .* ago/);
    expect(stdout).toMatch(/all-b +v7 +4 of 4 healthy/);
    expect(code).toBe(0);
    expect(stdout).toContain('Next: deployctl status --service NAME\n');
    const journal = join(fixture.state, 'deployctl/journal');
    const elsewhere = (await fixture.run(`status --store ${journal}`)).stdout;
    expect(elsewhere).toContain(`status --service NAME --store ${journal}\n`);
    for (const columns of [60, 100, 200]) {
      const lines = (await fixture.run('status', { columns })).stdout.split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
    const { services } = JSON.parse((await fixture.run('status --json')).stdout) as {
      services: { service: string; live: { version: string } }[];
    };
    expect(services.map(({ service, live }) => [service, live.version])).toEqual([
      ['all-a', 'v1'],
      ['all-b', 'v7'],
    ]);
  });

  test('says also on a narrow screen that something is under way', async () => {
    const asks = 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%], approval: true }';
    fixture.write('c.yaml', memoryConfig('all-c', asks));
    await fixture.run('deploy v1 --config c.yaml');
    expect((await fixture.run('deploy v2 --config c.yaml')).code).toBe(5);
    const shown = async (columns: number) =>
      (await fixture.run('status --all', { columns })).stdout;
    expect(await shown(60)).toMatch(/all-c +v1 +4 of 4 healthy +v2 stopped, begun \S+ ago$/m);
    expect(await shown(200)).toMatch(/v2 stopped, begun \S+ ago +ask before 100 % /);
  });

  test('with --all also where a config says which one', async () => {
    fixture
      .write('a.yaml', memoryConfig('each-a'))
      .write('deploy.config.yaml', memoryConfig('each-b'));
    await fixture.run('deploy v1 --config a.yaml');
    await fixture.run('deploy v7');
    const { stdout } = await fixture.run('status --all');
    expect(stdout).toContain('each-a');
    expect(stdout).toContain('each-b');
  });
});

test('prune says why more stay than it was asked to keep', async () => {
  fixture.write('deploy.config.yaml', memoryConfig('kept'));
  for (const version of ['v1', 'v2', 'v3']) await fixture.run(`deploy ${version}`);
  const { stdout } = await fixture.run('prune --keep 1');
  expect(stdout).toMatch(/more than --keep 1 stays?: what ended within the last ten minutes/);
});
