import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessFixture } from '../cli/process-fixture.ts';

const SECRET = 'correct horse "battery" staple/42';
const SERVER = join(import.meta.dirname, '../../examples/shop/server.js');

let fixture: ProcessFixture;
const said: string[] = [];
const runs = () => {
  const file = join(fixture.folder, 'runs');
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
};
const run = async (line: string) => {
  const ended = await fixture.run(line);
  said.push(ended.stdout, ended.stderr);
  return ended;
};

beforeAll(async () => {
  fixture = await ProcessFixture.make();
  writeFileSync(join(fixture.folder, 'vault'), `${SECRET}\n`);
  const secret = JSON.stringify('printf x >> runs; cat vault');
  const service = JSON.stringify(`echo "I was told $KEY"; exec node ${SERVER}`);
  fixture.configure({
    command: `[sh, -c, ${service}]`,
    env: `{ KEY: { fromCommand: [sh, -c, ${secret}] } }`,
  });
  const file = join(fixture.folder, 'deploy.config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('start: 1500ms', 'start: 60s'));
});
afterAll(() => fixture.remove());

describe('a secret that a command prints', { timeout: 120_000 }, () => {
  it('is not asked for by what only looks', async () => {
    for (const line of ['validate', 'plan --release v1', 'status', 'doctor', 'history'])
      await run(line);
    expect(runs()).toBe(0);
  });

  it('is asked for once by a deployment, and reaches the service', async () => {
    expect((await run('deploy --release v1 --output json')).code).toBe(0);
    expect(runs()).toBe(1);
    expect(
      (await fixture.shell('find state -name "replica-*.log" -exec cat {} +')).stdout,
    ).toContain(`I was told ${SECRET}`);
  });

  it('is not asked for by what looks afterwards, nor to take the release away', async () => {
    for (const line of ['status', 'history', 'down --yes']) await run(line);
    expect(runs()).toBe(1);
  });

  it('stands in nothing that was recorded or written to the terminal, but in logs of its service', () => {
    const journal = join(fixture.folder, 'state/deployctl/journal');
    const records = readdirSync(journal, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
    expect(records.length).toBeGreaterThan(5);
    expect(records.join('') + said.join('')).not.toContain('battery');
  });
});
