import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { manPages } from '../../scripts/man/pages.ts';
import { text } from '../../scripts/man/roff.ts';
import { catalogue } from '../../src/cli/commands/index.ts';
import { EXIT_MEANINGS } from '../../src/cli/shell/exit-meanings.ts';

const pages = await manPages({ version: '1.2.3', date: '2026-01-31' });
const textOf = (name: string) => pages.find(({ file }) => file === `${name}.1`)?.text ?? '';

test('the package installs a page for the program and one for every command', () => {
  const files = pages.map(({ file }) => `man/${file}`);
  expect([...manifest.man].sort()).toEqual([...files].sort());
  expect(files.length).toBe(catalogue.length + 1);
});

test('the first page names every command and every exit code', () => {
  const overview = textOf('deployctl');
  for (const { name } of catalogue) expect(overview).toContain(`deployctl\\-${name}\\fR(1)`);
  const spoken = overview.replaceAll('\\-', '-').toLowerCase();
  for (const { codes, words } of EXIT_MEANINGS) {
    expect(overview).toContain(`\\fB${codes.join(', ')}`);
    expect(spoken).toContain(words.replaceAll('`', '').toLowerCase());
  }
});

describe('the page of a command holds its description, options and examples', () => {
  test.each(catalogue.map(({ name }) => name))('%s', async (name) => {
    const command = await catalogue.find((entry) => entry.name === name)?.load();
    const words = textOf(`deployctl-${name}`).replaceAll(/\\f[BIR]/g, '');
    const parts = [
      command?.description ?? '?',
      ...(command?.options ?? [])
        .filter(({ hidden }) => !hidden)
        .flatMap(({ flags, description, choices = [] }) => [flags, description, ...choices]),
      ...(command?.examples.flat() ?? []),
    ];
    expect(parts.filter((part) => !words.includes(text(part).replaceAll(/\\f[BIR]/g, '')))).toEqual(
      [],
    );
  });
});

test('what troff would take for a word of its own is text', () => {
  expect(text(".config\n'quoted' a\\b --set")).toBe("\\&.config\n\\&'quoted' a\\eb \\-\\-set");
});

test.each([
  ['groff', ['-man', '-ww', '-z', '-Tutf8']],
  ['mandoc', ['-Tlint', '-Wwarning']],
])('%s has nothing to say against any page', (program, args) => {
  const said = pages.map(({ file, text: input }) => {
    const { error, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
    return error ? null : `${stdout}${stderr}`.replaceAll('<stdin>', file);
  });
  // Neither is on every machine.
  expect(said.filter((words) => words !== null && words.trim() !== '')).toEqual([]);
});
