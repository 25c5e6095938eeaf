import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/cli/commands/index.ts';
import type { OptionSpec } from '../../src/cli/shell/command.ts';
import { blocks, pages, read } from './pages.ts';

const specs = new Map(
  await Promise.all(
    catalogue.map(async ({ name, load }) => [name, (await load()).options] as const),
  ),
);
/** What is a command of its own on the line, however it is called. */
const CALL = /(?:^|[\s(&|`]|\$ )(?:npx )?deployctl ([a-z]+)((?: [^#\n|&;`)]*)?)/g;
const GLOBAL = ['help'];

interface Call {
  readonly verb: string;
  readonly words: readonly string[];
}

/** In blocks of shell, and in `code` of the text that begins with the program's name. */
function calls(page: string): readonly Call[] {
  const shell = blocks(page, ['sh', 'console', 'yaml']).flatMap((text) =>
    text
      .split('\n')
      .filter((line) => !/^ +[+·✔○]/.test(line))
      .map((line) => line.replace(/(^|\s)#\s.*/, '')),
  );
  const inline = [...read(page).matchAll(/`(deployctl [^`\n]+)`/g)].map(([, text = '']) => text);
  return [...shell, ...inline].flatMap((line) =>
    [...line.matchAll(CALL)].map(([, verb = '', rest = '']) => ({
      verb,
      words: rest.match(/"[^"]*"|\S+/g) ?? [],
    })),
  );
}

function faults({ verb, words }: Call): readonly string[] {
  if (GLOBAL.includes(verb)) return [];
  const options = specs.get(verb);
  if (!options) return [`there is no ${verb}`];
  return words.flatMap((word, at) => {
    const [name = '', inside] = word.split(/=(.*)/s);
    if (!/^--?[a-z]/.test(name) || name === '--help' || name === '-h') return [];
    const option = options.find(({ flags, hidden }) => !hidden && namesOf(flags).includes(name));
    if (!option) return [`${verb} has no ${name}`];
    return choiceFaults(option, inside ?? words[at + 1]);
  });
}

const namesOf = (flags: string) => flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));

function choiceFaults({ choices, flags }: OptionSpec, value = ''): readonly string[] {
  if (!choices || /^[A-Z<$"]/.test(value) || choices.includes(value)) return [];
  return [`${flags} is not ${value}`];
}

describe('every command of a page is one that there is, with options that it has', () => {
  test.each(pages.filter((page) => calls(page).length > 0))('%s', (page) => {
    expect(calls(page).flatMap(faults)).toEqual([]);
  });
});

test('the main pages show commands', () => {
  for (const page of ['README.md', 'docs/walk-through.md', 'docs/incidents.md', 'docs/ci.md'])
    expect(calls(page).length, page).toBeGreaterThan(5);
});
