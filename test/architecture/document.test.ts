import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYERS, NOT_TOLD } from './layers.ts';
import { ROOMS } from './rooms.ts';

describe('docs/architecture.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8');
  const rowsBelow = (header: string) =>
    document
      .split(`\n${header}\n`)
      .slice(1)
      .map((part) => part.split('\n\n')[0]?.split('\n').slice(1) ?? []);
  const coded = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

  it('names the rooms of a large folder in their order', () => {
    const told = rowsBelow('| room | |').map((rows) =>
      rows.flatMap((row) => coded(row.split('|')[1])),
    );
    const known = Object.values(ROOMS).map((rooms) =>
      rooms.filter((room) => !room.endsWith('.ts')),
    );
    expect(told).toEqual(known);
  });

  it('says of each layer what it may import', () => {
    const [rows = []] = rowsBelow('| | may import |');
    const told = rows.flatMap((row) => {
      const [, names, may = ''] = row.split('|');
      const isLayer = (word: string) => LAYERS.some(({ name }) => name === word);
      const to = may.includes('everything') ? 'any' : coded(may).filter(isLayer).sort();
      return coded(names).map((name) => [name, to]);
    });
    const known = LAYERS.filter(({ name }) => !NOT_TOLD.includes(name)).map(({ name, to }) => [
      name,
      to === 'any' ? to : to.filter((layer) => layer !== 'manifest').sort(),
    ]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  });
});
