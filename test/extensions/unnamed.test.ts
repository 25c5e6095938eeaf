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

/** Where the word of a gate source or a store is meant as the plain word that it is. */
const PLAIN_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  file: {
    'src/config/source/file-kind.ts': 'a file, not a folder',
    'src/config/resolve/config.ts': 'a member of what was read',
    'src/cli/shell/composition.ts': 'a member of what is asked for',
  },
  command: {
    'src/config/tree.ts': 'a key whose value stays text, whoever has it',
    'src/cli/commands/init.ts': 'a question about the program of the service',
  },
  health: {
    'src/cli/commands/init.ts': 'a question about the path that answers',
    'src/cli/target/overview.ts': 'the title of a column',
  },
  json: {
    'src/cli/commands/history.ts': 'a form of output',
    'src/cli/doctor/bug-report.ts': 'the kind of a file',
    'src/cli/doctor/checkup.ts': 'the kind of a file',
    'src/cli/program.ts': 'the kind of a file',
    'src/cli/shell/command.ts': 'a form of output',
    'src/cli/shell/composition.ts': 'a form of output',
    'src/cli/shell/spellings.ts': 'a form of output',
    'src/cli/target/config-summary.ts': 'the kind of a file',
    'src/config/overlay.ts': 'a key of what an answer is compared with',
    'src/main.ts': 'the kind of a file',
  },
  http: { 'src/cli/doctor/place-check.ts': 'the scheme of an address' },
  edge: { 'src/config/check.ts': 'a hint where a key belongs that others write at the top' },
};

const quoted = (word: string) => new RegExp(`(['"\`])${word}\\1`);

test.each([...Object.keys(GATE_SOURCES), ...Object.keys(STORES)])(
  'the gate source or store %s is named by the catalogue alone, and its word only with a reason',
  (name) => {
    const reasons = Object.keys(PLAIN_WORDS[name] ?? {});
    expect(naming(quoted(name)).sort()).toEqual(reasons.sort());
  },
);

test.each([...Object.keys(GATE_SOURCES), ...Object.keys(STORES)])(
  'nothing but the catalogue loads from the folder of %s',
  (name) => {
    expect(naming(new RegExp(`/(gates|stores)/${name}/`))).toEqual([]);
  },
);

/** Where secrets may be kept, whatever the platform that they are for. */
const SECRETS_OF: Readonly<Record<string, readonly string[]>> = {
  aws: ['src/contract/secret.ts', 'src/settings/scalars.ts'],
};

test.each(['kubernetes', 'vercel', 'aws', 'prometheus'])(
  'no sentence of ours is about %s, but for where secrets are kept',
  (word) => {
    const found = naming(new RegExp(`(?<![a-z])${word}`, 'i')).sort();
    expect(found).toEqual(SECRETS_OF[word] ?? []);
  },
);
