import { configInvalid, unknownChoice } from './errors.ts';
import { problemFound } from './problem.ts';
import type { Mapping } from './tree.ts';
import { child } from './tree.ts';

const CHOICES_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The overlays by name. */
export function environmentsOf(tree: Mapping, file: string): Readonly<Record<string, Mapping>> {
  const section = child(tree, 'environments');
  if (section === undefined || (section.kind === 'scalar' && section.value === null)) return {};
  if (section.kind !== 'map') {
    const text = `found ${problemFound(section)}, expected a section with a key for each environment`;
    throw configInvalid(file, [{ place: section.place, text }]);
  }
  const problems = [...section.entries].flatMap(([name, { key, value }]) => {
    if (!CHOICES_NAME.test(name))
      return [
        { place: key, text: 'expected a name of small letters, digits and dashes, at most 63' },
      ];
    if (value.kind === 'map' && value.entries.has('environments'))
      return [{ place: value.place, text: 'an overlay cannot have environments of its own' }];
    if (value.kind === 'map' || (value.kind === 'scalar' && value.value === null)) return [];
    return [
      {
        place: value.place,
        text: `found ${problemFound(value)}, expected keys to lay over the config`,
      },
    ];
  });
  if (problems.length > 0) throw configInvalid(file, problems);
  return Object.fromEntries(
    [...section.entries].map(([name, { key, value }]) => [
      name,
      value.kind === 'map' ? value : { kind: 'map', entries: new Map(), place: key },
    ]),
  );
}

export function chooseEnvironment(
  name: string | undefined,
  names: readonly string[],
): string | null {
  if (name === undefined) return null;
  if (names.includes(name)) return name;
  throw unknownChoice({ what: 'environment', option: '--env' }, name, names);
}

export function chooseStrategy(name: string | undefined, names: readonly string[]): void {
  if (name !== undefined && !names.includes(name))
    throw unknownChoice({ what: 'strategy', option: '--strategy' }, name, names);
}
