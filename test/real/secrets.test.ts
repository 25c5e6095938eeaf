import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RealFixture } from './fixture.ts';

const SECRET = 'correct horse "battery" staple/42';

let fixture: RealFixture;
let said = '';

beforeAll(async () => {
  fixture = await RealFixture.make();
  fixture.env.SHOP_KEY = SECRET;
  const file = join(fixture.folder, 'deploy.config.yaml');
  const config = await readFile(file, 'utf8');
  const leak = `  leaky: { command: { run: [sh, -c, 'echo "$SHOP_KEY"; printf %s "$SHOP_KEY" | base64 -w0; exit 1'] } }\n`;
  const withKey = config.replace(
    '    replicas: 2\n',
    '    replicas: 2\n    env: { KEY: { fromEnv: SHOP_KEY } }\n',
  );
  await writeFile(
    file,
    withKey.replace('gates:\n', `gates:\n${leak}`).replace('check: [answers]', 'check: [leaky]'),
  );
  for (const args of [
    ['deploy'],
    ['deploy', '--output', 'json'],
    ['history'],
    ['logs'],
    ['status'],
  ]) {
    const { stdout, stderr } = await fixture.run(...args);
    said += stdout + stderr;
  }
});

afterAll(() => fixture.remove());

test('a secret that a gate prints, plain or encoded, is in nothing that is written to the terminal', () => {
  expect(said).toContain('[secret]');
  for (const form of [
    SECRET,
    JSON.stringify(SECRET).slice(1, -1),
    Buffer.from(SECRET).toString('base64'),
  ]) {
    expect(said).not.toContain(form);
  }
});

test('nor is it in the journal', async () => {
  const folder = join(fixture.folder, 'state/deployctl/journal');
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  expect(texts.join('')).toContain('[secret]');
  expect(texts.join('')).not.toContain('battery');
});
