import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { MUTANTS } from '../list.ts';
import type { Suite } from '../mutant.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LOADED = '{src,strategies,providers,gates,stores,reporters,test}/**/*.ts';
/** Test files that are tried before the whole room is. */
const CLOSE = 4;
const STORMS: Suite = { storms: 300 };

/** Suites in the order in which they are tried, until one of them finds the mistake. */
export function suitesFor(file: string): readonly Suite[] {
  const planted = MUTANTS.filter((mutant) => mutant.file === file).map(({ caughtBy }) => caughtBy);
  const away = distancesTo(file);
  const mirror = `test/${file.replace(/^src\//, '').replace(/\.ts$/, '.test.ts')}`;
  const room = mirror.split('/').slice(0, 2).join('/');
  const near = [...away.keys()]
    .filter((test) => test.startsWith(`${room}/`))
    .sort((a, b) => closeness(b, mirror) - closeness(a, mirror) || rank(away, a) - rank(away, b));
  const first = new Set([
    ...(existsSync(join(ROOT, mirror)) ? [mirror] : []),
    ...planted.flatMap((suite) => ('files' in suite ? suite.files : [])),
    ...near.slice(0, CLOSE),
  ]);
  const rest = near.filter((test) => !first.has(test));
  return [
    ...(first.size > 0 ? [{ files: [...first] }] : []),
    ...(file.startsWith('src/engine/') ? [STORMS] : []),
    ...(rest.length > 0 ? [{ files: rest }] : []),
  ];
}

/** How many folders two places share. */
function closeness(a: string, b: string): number {
  const [one, other] = [dirname(a).split('/'), dirname(b).split('/')];
  const parted = one.findIndex((folder, i) => folder !== other[i]);
  return parted === -1 ? one.length : parted;
}

const rank = (away: ReadonlyMap<string, number>, test: string) => away.get(test) ?? Infinity;

/** The test files that load a file, each with the number of imports between them. */
function distancesTo(file: string): Map<string, number> {
  const users = usersOfFiles();
  const away = new Map([[file, 0]]);
  for (const [place, steps] of away)
    for (const user of users.get(place) ?? []) if (!away.has(user)) away.set(user, steps + 1);
  return new Map([...away].filter(([place]) => place.endsWith('.test.ts')));
}

let known: Map<string, string[]> | undefined;

function usersOfFiles(): Map<string, string[]> {
  if (known) return known;
  known = new Map();
  for (const file of globSync(LOADED, { cwd: ROOT, exclude: ['test/real/**'] })) {
    for (const specifier of importsOf(file)) {
      const place = normalize(join(dirname(file), specifier));
      known.set(place, [...(known.get(place) ?? []), file]);
    }
  }
  return known;
}

/** What a file loads: types alone load nothing. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(file, source).module;
  const loaded = staticImports.filter(
    ({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType),
  );
  const passedOn = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) => (moduleRequest && !isType ? moduleRequest : [])),
  );
  const asked = dynamicImports.map(({ moduleRequest: { start, end } }) =>
    source.slice(start + 1, end - 1),
  );
  const named = [...loaded.map(({ moduleRequest }) => moduleRequest), ...passedOn];
  return [...named.map(({ value }) => value), ...asked].filter((one) => one.startsWith('.'));
}
