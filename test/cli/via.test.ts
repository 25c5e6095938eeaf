import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliFixture } from '../helpers/run-cli.ts';

/** Two clusters, and what this machine calls the ways to them: without one it is the other cluster. */
const PLUG_IN = `\
import { createMemoryPlatform, createMemoryProvider, memoryRelease } from ${JSON.stringify(
  pathToFileURL(resolve(import.meta.dirname, '../../providers/memory/index.ts')).href,
)};
const DOORS = { laptop: 'prod', runner: 'prod', lab: 'test' };
const platforms = { prod: createMemoryPlatform(), test: createMemoryPlatform() };
export default {
  providers: [{
    name: 'far',
    via: ['door'],
    settings: () => ({ type: 'object', properties: { door: { type: 'string' } } }),
    connection: ({ door = null }, { service }) => ({ service, door }),
    open: async (connection, { via }) => {
      if ('door' in connection) throw new Error('it was given what is not recorded');
      const where = DOORS[via.door ?? 'lab'];
      if (!where) throw new Error('there is no door ' + via.door);
      return createMemoryProvider(platforms[where], where);
    },
    release: async ({ version }) => memoryRelease(version),
  }],
};
`;

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
  fixture.write('far.mjs', PLUG_IN);
});
afterEach(() => fixture.remove());

const configure = (settings: string) =>
  fixture.write(
    'deploy.config.yaml',
    `service: shop
strategy: canary
store: ${journal()}
plugins: [./far.mjs]
provider: { far: ${settings} }
canary: { duration: 0s, bake: 0s, stages: [10%, 100%] }
`,
  );

/** All that the journal holds. */
function recorded(): string {
  const entries = readdirSync(journal(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join();
}

/** Another machine with the same journal: nothing is remembered there. */
const ELSEWHERE = () => ({ env: { XDG_STATE_HOME: join(fixture.folder, '.elsewhere') } });
const journal = () => join(fixture.folder, 'journal');

/** v1 and then v2 by the way that the config calls laptop; the id of the newer one. */
async function deployed(): Promise<string> {
  configure('{ door: laptop }');
  expect(await fixture.run('deploy v1')).toMatchObject({ code: 0 });
  expect(await fixture.run('deploy v2')).toMatchObject({ code: 0 });
  return (await fixture.run('__complete')).stdout.split('\t')[0] as string;
}

test('what only this machine calls so is in no record, and not in a saved plan', async () => {
  await deployed();
  expect(recorded()).toContain('"service":"shop"');
  expect(recorded()).not.toContain('laptop');
  await fixture.run('plan v3 --out plan.json');
  expect(fixture.read('plan.json')).not.toContain('laptop');
  expect((await fixture.run('deploy --plan plan.json')).code).toBe(0);
  expect(recorded()).not.toContain('laptop');
});

test('the same machine goes back without being told the way again', async () => {
  const id = await deployed();
  configure('{}');
  expect(await fixture.run(`rollback ${id}`)).toMatchObject({ code: 0 });
  expect((await fixture.run('status')).stdout).toContain('Nothing runs.');
  configure('{ door: laptop }');
  expect((await fixture.run('status')).stdout).toMatch(/v1 +100 %/);
});

test('another machine says it by --via, and is told so where it comes to another place', async () => {
  const id = await deployed();
  configure('{}');
  const words = `rollback ${id}`;
  const wrong = await fixture.run(words, ELSEWHERE());
  expect(wrong.code).toBe(7);
  expect(wrong.stderr).toContain(`deployctl rollback ${id} --via door=NAME`);
  expect((await fixture.run(`${words} --via door=runner`, ELSEWHERE())).code).toBe(0);
  expect(recorded()).not.toContain('runner');
  expect((await fixture.run('status --via door=runner')).stdout).toMatch(/v1 +100 %/);
});

test('another machine takes it from the config that it has', async () => {
  const id = await deployed();
  configure('{ door: runner }');
  expect((await fixture.run(`rollback ${id}`, ELSEWHERE())).code).toBe(0);
});

test('--via goes before what the config says', async () => {
  configure('{ door: nowhere }');
  expect((await fixture.run('deploy v1')).stderr).toContain('there is no door nowhere');
  expect((await fixture.run('deploy v1 --via door=laptop')).code).toBe(0);
});

test.each([
  ['deploy v1 --via dor=laptop', 'Did you mean door?'],
  ['plan v1 --via profile=ops', 'Known to the provider far, its journal: door.'],
  ['status --via context=prod', 'Known to the provider far, its journal: door.'],
  ['analyze --via context=prod', 'Known to the provider far, its journal: door.'],
  ['history --via context=prod', 'Known to the provider far, its journal: door.'],
])('%s is refused with what is known', async (line, words) => {
  configure('{ door: laptop }');
  const { code, stderr } = await fixture.run(line);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test.each(['rollback', 'resume', 'history', 'approve', 'pause', 'abort'])(
  '%s of a recorded deployment refuses what nobody takes',
  async (verb) => {
    const id = await deployed();
    const { code, stderr } = await fixture.run(`${verb} ${id} --via context=prod`);
    expect(code).toBe(2);
    expect(stderr).toContain('--via does not accept "context".');
  },
);

test.each(['door', '=laptop', 'door='])('--via %s is no pair', async (word) => {
  configure('{ door: laptop }');
  const { code, stderr } = await fixture.run(`deploy v1 --via ${word}`);
  expect(code).toBe(2);
  expect(stderr).toContain('--via takes KEY=VALUE');
});
