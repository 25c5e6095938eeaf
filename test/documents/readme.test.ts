import { expect, test } from 'vitest';
import { asSvg, madeOf, writtenAsText } from '../../scripts/capture/picture.ts';
import { EXIT_MEANINGS } from '../../src/cli/shell/exit-meanings.ts';
import { EXIT } from '../../src/contract/index.ts';
import { pages, read } from './pages.ts';

const readme = read('README.md');
const walk = read('docs/walk-through.md');
const svg = read('docs/live-view.svg');

test('the first page can be read in one go', () => {
  expect(readme.trim().split('\n').length).toBeLessThanOrEqual(150);
});

test('it names every exit code, as does the page for incidents', () => {
  for (const page of [readme, read('docs/incidents.md'), read('docs/guide.md')]) {
    const rows = [...page.matchAll(/^\| (\d[\d, ]*) \|/gm)].flatMap(([, codes = '']) =>
      codes.split(', ').map(Number),
    );
    expect([...new Set(rows)].sort((a, b) => a - b)).toEqual(Object.values(EXIT));
  }
});

test('README and guide say of each what `--help` and the manual say', () => {
  const rows = EXIT_MEANINGS.map(({ codes, words }) => `| ${codes.join(', ')} | ${words} |`);
  expect(EXIT_MEANINGS.flatMap(({ codes }) => codes)).toEqual(Object.values(EXIT));
  for (const page of [readme, read('docs/guide.md')]) {
    const [, table = ''] = page.split('\n| code | meaning |\n|---|---|\n');
    expect(table.split('\n').slice(0, rows.length)).toEqual(rows);
  }
});

test('its picture is what the script makes of what a terminal showed', () => {
  expect(readme).toContain('](docs/live-view.svg)');
  const { text, columns } = madeOf(svg);
  expect(asSvg(text, columns)).toBe(svg);
});

test('the same is shown as text in the walk through', () => {
  expect(walk).toContain(writtenAsText(madeOf(svg).text));
});

test('every scene that is played has a place in the walk through, and the other way round', () => {
  const places = [...walk.matchAll(/<!-- capture (\S+) -->\n```console\n\$ /g)].map(
    ([, name]) => name,
  );
  // Loading the scenes would set a stage for them.
  const scenes = read('scripts/capture/scenes.ts').matchAll(/^ {2}'?([a-z-]+)'?: async/gm);
  expect(places.sort()).toEqual([...scenes].map(([, name]) => name).sort());
});

test('no other page claims to be captured', () => {
  expect(pages.filter((page) => read(page).includes('<!-- capture'))).toEqual([
    'docs/walk-through.md',
  ]);
});
