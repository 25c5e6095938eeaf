import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { PROVIDERS } from '../../src/compose/providers.ts';
import { STORES } from '../../src/compose/stores.ts';

const root = join(import.meta.dirname, '../..');
/** The catalogue, and doors to outside systems that several extensions share. */
const NAMING = /^src\/(compose|clients)\//;
/** Programs that keep secrets, and what they find their server by: no extension is meant. */
const OTHERWISE_MEANT = ['src/host/secrets.ts'];

const sources = globSync('src/**/*.ts', { cwd: root })
  .filter((file) => !NAMING.test(file) && !OTHERWISE_MEANT.includes(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const naming = (pattern: RegExp) =>
  sources.flatMap(({ file, text }) => (pattern.test(text) ? [file] : []));

test('there is something to look through', () => {
  expect(sources.length).toBeGreaterThan(100);
});

test.each(Object.keys(PROVIDERS))('the provider %s is named by the catalogue alone', (name) => {
  expect(naming(new RegExp(`(['"\`])${name}\\1|providers/${name}/`))).toEqual([]);
});

test.each([...Object.keys(GATE_SOURCES), ...Object.keys(STORES)])(
  'nothing but the catalogue loads from the folder of %s',
  (name) => {
    expect(naming(new RegExp(`/(gates|stores)/${name}/`))).toEqual([]);
  },
);

test.each(['kubernetes', 'vercel', 'aws', 'prometheus'])(
  'no sentence of ours is about %s',
  (word) => {
    expect(naming(new RegExp(`(?<![a-z])${word}`, 'i'))).toEqual([]);
  },
);
