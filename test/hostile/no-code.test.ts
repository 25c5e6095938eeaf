import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
let elsewhere: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
  elsewhere = new CliFixture();
});
afterEach(() => {
  fixture.remove();
  elsewhere.remove();
});

/** Code that says that it ran, and then does its worst. */
const trap = (then: string) => `
import { writeFileSync } from 'node:fs';
writeFileSync(new URL('ran', import.meta.url), '');
${then}
`;
const ran = () => existsSync(join(fixture.folder, 'ran'));

/** Two releases, deployed with a config of text; the id of the second. */
async function deployed(service: string): Promise<string> {
  fixture.write('deploy.config.yaml', memoryConfig(service));
  await fixture.run('deploy --release v1');
  const { stdout } = await fixture.run('deploy --release v2 --output json');
  return (JSON.parse(stdout.split('\n')[0] ?? '') as { deployment: string }).deployment;
}

const state = () => ({ env: { XDG_STATE_HOME: fixture.state } });

describe.each([
  ['throws', 'throw new Error("not today");'],
  ['ends the process', 'process.exit(0);'],
  ['never comes to an end', 'await new Promise(() => {});'],
])('code beside a config that %s', (name, then) => {
  const LOOKS = ['status', 'history', 'doctor', '__complete', 'status --output json'];

  it('is not run by what only looks, nor by a rollback, where it is a plug-in', async () => {
    const id = await deployed(`plugged-${name.replaceAll(' ', '-')}`);
    const text = memoryConfig(`plugged-${name.replaceAll(' ', '-')}`);
    fixture
      .write('trap.mjs', trap(then))
      .write('deploy.config.yaml', `${text}plugins: [./trap.mjs]\n`);
    for (const line of [...LOOKS, `history ${id}`])
      expect(await fixture.run(line)).toMatchObject({ code: 0 });
    expect(await fixture.run(`rollback ${id}`)).toMatchObject({ code: 0 });
    expect((await fixture.run('status')).stdout).toMatch(/v1 +100 % +live/);
    expect((await fixture.run(`resume ${id}`)).code).not.toBe(0);
    expect(ran()).toBe(false);
  });

  it('is not run by them where it is the config itself', async () => {
    const id = await deployed(`coded-${name.replaceAll(' ', '-')}`);
    rmSync(join(fixture.folder, 'deploy.config.yaml'));
    fixture.write('deploy.config.mjs', trap(`${then}\nexport default {};`));
    for (const line of [...LOOKS, `history ${id}`])
      expect(await fixture.run(line)).toMatchObject({ code: 0 });
    expect(await fixture.run(`rollback ${id}`)).toMatchObject({ code: 0 });
    expect((await fixture.run('status')).stdout).toMatch(/v1 +100 % +live/);
    expect(ran()).toBe(false);
  });
});

it('a rollback needs no config, and works from another folder', async () => {
  const id = await deployed('from-afar');
  rmSync(join(fixture.folder, 'deploy.config.yaml'));
  expect(await elsewhere.run(`rollback ${id}`, state())).toMatchObject({ code: 0 });
  expect((await elsewhere.run('status', state())).stdout).toMatch(/v1 +100 % +live/);
});

it.each([
  ['is broken', 'service: ['],
  ['is no config', 'service: 5\nprovider: { nothing: {} }'],
  ['has a bomb in it', `a: ${'['.repeat(100_000)}`],
])('a rollback by its id works beside a config that %s', async (what, text) => {
  const id = await deployed(`beside-${what.replaceAll(' ', '-')}`);
  fixture.write('deploy.config.yaml', text);
  expect(await fixture.run(`rollback ${id}`)).toMatchObject({ code: 0 });
});

it('what is wrong with gates and strategies is of no concern for who only looks or goes back', async () => {
  await deployed('half-wrong');
  fixture.write(
    'deploy.config.yaml',
    memoryConfig('half-wrong', 'gates: 7\ncanary: { stages: no }'),
  );
  expect((await fixture.run('validate')).code).toBe(2);
  expect((await fixture.run('status')).stdout).toMatch(/v2 +100 % +live/);
  expect(await fixture.run('rollback')).toMatchObject({ code: 0 });
});

it('a provider of a plug-in is loaded by what must ask it, and by nothing else', async () => {
  const provider = join(import.meta.dirname, '../../providers/memory/index.ts');
  fixture.write(
    'own.mjs',
    `import { memoryProvider } from ${JSON.stringify(provider)};
export default { providers: [{ ...memoryProvider, name: 'own' }] };`,
  );
  const text = memoryConfig('own-place').replace('memory: {}', 'own: {}');
  fixture.write('deploy.config.yaml', `${text}plugins: [./own.mjs]\n`);
  expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
  expect((await fixture.run('status')).stdout).toMatch(/v1 +100 % +live/);
});

it('a gate of a plug-in is loaded by a deployment that goes on, and not by one that goes back', async () => {
  const source = `async () => ({ kind: 'ok', unit: 'yesNo', detail: '', stable: null,
  candidate: { value: 1, samples: 1, bad: 0, total: 1 } })`;
  fixture.write(
    'own.mjs',
    `const open = () => ({ measure: ${source} });
export default { sources: [{ name: 'own', metric: () => ({ unit: 'yesNo' }), open }] };`,
  );
  const text = memoryConfig(
    'own-gate',
    `canary: { duration: 0s, bake: 0s, stages: [10%, 100%], approval: true, watch: [own] }
gates: { own: { own: {}, interval: 50ms } }
plugins: [./own.mjs]`,
  );
  fixture.write('deploy.config.yaml', text);
  expect((await fixture.run('deploy --release v1')).code).toBe(0);
  expect((await fixture.run('deploy --release v2')).code).toBe(5);
  expect(await fixture.run('approve')).toMatchObject({ code: 0 });
  expect((await fixture.run('status')).stdout).toMatch(/v2 +100 % +live/);
});
