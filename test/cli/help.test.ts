import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/cli/commands/index.ts';
import { EXIT_MEANINGS } from '../../src/cli/shell/exit-meanings.ts';
import { CliFixture } from '../helpers/run-cli.ts';

const fixture = new CliFixture();
afterAll(() => fixture.remove());

const verbs = catalogue.map(({ name }) => name);

describe('help', () => {
  test('of everything reads as it did', async () => {
    const parts = [await fixture.run('--help')];
    for (const verb of verbs) parts.push(await fixture.run(`${verb} --help`));
    expect(parts.map(({ code }) => code)).toEqual(parts.map(() => 0));
    const text = parts.map(({ stdout }) => stdout).join(`\n${'─'.repeat(80)}\n`);
    await expect(text).toMatchFileSnapshot('../golden/help.txt');
  });

  test('of all says what each exit code means, at any width', async () => {
    for (const columns of [40, 60, 80, 200]) {
      const { stdout } = await fixture.run('--help', { columns });
      const [, codes = ''] = stdout.split('\nExit codes:\n');
      expect(codes.split('\n').filter((line) => line.length > Math.min(columns, 80))).toEqual(
        columns === 40 ? ['deployctl <command> --help shows options and examples.'] : [],
      );
      const words = codes.replaceAll(/\s+/g, ' ');
      for (const meaning of EXIT_MEANINGS)
        expect(words).toContain(`${meaning.codes.join(', ')} ${meaning.words}`);
    }
  });

  test.each(verbs)('of %s fits 80 columns and shows examples that begin with it', async (verb) => {
    const { stdout, stderr } = await fixture.run(`${verb} -h`);
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const [, examples = ''] = stdout.split('\nExamples:\n');
    expect(examples).toContain(`deployctl ${verb}`);
  });

  test.each(catalogue.map(({ name, load }) => [name, load] as const))(
    'of %s names a page that the package has',
    async (_name, load) => {
      const { page = '' } = await load();
      expect(existsSync(new URL(`../../docs/${page}`, import.meta.url)), page).toBe(true);
      expect(page).toMatch(/\.md$/);
    },
  );

  test.each(verbs)(
    'of %s wraps its words in 40 columns, and in all that are wider',
    async (verb) => {
      for (const columns of [40, 50, 59, 60, 64, 70, 79]) {
        const { stdout } = await fixture.run(`${verb} --help`, { columns });
        const [words = ''] = stdout.split('\nExamples:\n');
        const [, ...lines] = words.split('\n');
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
      }
    },
  );

  test('is the same for `help <verb>`, and shown when nothing is said', async () => {
    expect(await fixture.run('help deploy')).toEqual(await fixture.run('deploy --help'));
    expect(await fixture.run('')).toEqual(await fixture.run('-h'));
  });

  test('is never coloured into a pipe, and --version says one line', async () => {
    expect((await fixture.run('deploy --help')).stdout).not.toContain('\u001b');
    expect((await fixture.run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await fixture.run('-V')).toEqual(await fixture.run('--version'));
  });
});
