import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breachesOf, isAt } from './architecture/breaches.ts';
import { CONVENTIONAL, topLevelNames } from './architecture/names.ts';
import { ROOMS } from './architecture/rooms.ts';

const root = join(import.meta.dirname, '..');
const everyFile = globSync('{src,strategies,providers,gates,stores,reporters}/**/*.ts', {
  cwd: root,
}).sort();
const breachesIn = (places: readonly string[]) =>
  everyFile
    .filter((file) => isAt(file, places))
    .flatMap((file) => breachesOf(file, readFileSync(join(root, file), 'utf8')));

describe('the source', () => {
  it.each([
    ['the contract imports nothing', ['src/contract/']],
    ['the library imports nothing of the product', ['src/lib/']],
    ['the engine imports only contract, judge and lib, and no package', ['src/engine/']],
    ['judging imports only contract and lib, and does no I/O', ['src/judge/']],
    ['strategies import only contract and lib, and are pure and synchronous', ['strategies/']],
    ['providers import only contract, settings, lib and clients', ['providers/']],
    ['gates import only contract, settings, lib and clients', ['gates/']],
    ['stores import only contract, settings, lib and clients', ['stores/']],
    ['clients import only contract, lib and their SDK', ['src/clients/']],
    ['reporters import only contract, settings, lib and clients', ['reporters/']],
    ['words of settings import only contract and lib', ['src/settings/']],
    ['the config imports only contract, settings and lib', ['src/config/']],
    ['the command line imports only contract, config, engine and lib', ['src/cli/']],
    [
      'main imports only the command line, the composition and the host',
      ['src/main.ts', 'src/dev.ts'],
    ],
    [
      'the host imports only contract, clients, lib and the shell of the command line',
      ['src/host/'],
    ],
    ['the composition stays within the common rules', ['src/compose/']],
  ])('%s', (_, places) => {
    expect(breachesIn(places)).toEqual([]);
  });

  it('has no file outside the table, and every file keeps every rule', () => {
    expect(everyFile.length).toBeGreaterThan(0);
    expect(
      breachesIn(['src/', 'strategies/', 'providers/', 'gates/', 'stores/', 'reporters/']),
    ).toEqual([]);
  });
});

describe('rooms', () => {
  it('of a list all exist', () => {
    for (const [folder, rooms] of Object.entries(ROOMS)) {
      for (const room of rooms) {
        const place = `${folder}${room}`;
        expect(everyFile.some((file) => file === place || file.startsWith(`${place}/`))).toBe(true);
      }
    }
  });
});

describe('names', () => {
  it('mean one thing: few top-level names are defined in two files, and hardly one in three', () => {
    const names = topLevelNames();
    const shared = [...names].filter(([name, files]) => files.length > 1 && !CONVENTIONAL[name]);
    const often = shared.filter(([, files]) => files.length > 2);
    expect(often.length, often.map(([name]) => name).join(', ')).toBeLessThan(12);
    expect(shared.length / names.size).toBeLessThan(0.04);
  });
});
