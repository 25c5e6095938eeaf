import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CliFixture } from '../../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const written = () => readFileSync(join(fixture.folder, 'deploy.config.yaml'), 'utf8');

test('init takes what the folder tells, and what it writes is valid', async () => {
  fixture.write('package.json', '{"name":"@acme/shop","scripts":{"start":"node server.js"}}');
  const { code, stdout } = await fixture.run('init');
  expect(code).toBe(0);
  expect(stdout).toContain('deployctl deploy --release v1');
  expect(written()).toContain('service: shop');
  expect((await fixture.run('validate --release v1')).code).toBe(0);
});

test.each(['canary', 'blue-green', 'rolling'])('init --strategy %s is valid', async (strategy) => {
  const line = `init --service s --command "node 'a b.js'" --port 9000 --health /ok --strategy ${strategy}`;
  expect((await fixture.run(line)).code).toBe(0);
  const { code, stdout } = await fixture.run('validate --release v1');
  expect([code, stdout]).toEqual([0, expect.stringContaining(strategy)]);
});

test('init without a terminal says which flag is missing, and writes nothing', async () => {
  const { code, stderr } = await fixture.run('init');
  expect(code).toBe(2);
  expect(stderr).toContain('Give --command');
  expect(written).toThrow();
});

test('init never writes over a config, unless told to', async () => {
  fixture.write('deploy.config.yaml', 'mine');
  expect((await fixture.run('init --command x')).code).toBe(7);
  expect(written()).toBe('mine');
  expect((await fixture.run('init --command x --force')).code).toBe(0);
  expect(written()).toContain('command: [x]');
});

test('init asks at a terminal, again after an answer that cannot be, with a guess for an empty one', async () => {
  const answers = ['Not A Name', 'shop', 'node app.js', '80x', '9000', '/healthz', ''];
  const { code, stderr } = await fixture.run('init', { answers });
  expect(stderr).toContain('small letters, digits and dashes');
  expect(code).toBe(0);
  expect(written()).toContain('strategy: canary');
});

test('init writes nothing when the person leaves in the middle', async () => {
  const { code } = await fixture.run('init', { answers: ['shop', null] });
  expect(code).toBe(130);
  expect(written).toThrow();
});

test.each([
  ['--port http', 'a whole number'],
  ['--port 0', 'a whole number'],
  ['--health healthz', 'a path from /'],
  ['--service Shop!', 'small letters'],
  ['--replicas 0', 'a whole number'],
])('init %s is refused in words', async (flags, words) => {
  const { code, stderr } = await fixture.run(`init --command x ${flags}`);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});

test('init says which providers cannot tell what runs there', async () => {
  const { code, stderr } = await fixture.run('init --provider local');
  expect(code).toBe(2);
  expect(stderr).toContain('The provider local cannot list what runs there');
  expect(written).toThrow();
});
