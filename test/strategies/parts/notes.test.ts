import { expect, test } from 'vitest';
import { notesOn } from '../../../strategies/parts/notes.ts';
import { common, inputOf, observed, seen } from '../scenes.ts';

test('a sick live version and a stranger with traffic are pointed out before anybody says yes', () => {
  const observation = observed({
    releases: [seen('v1', { health: 'degraded', note: 'replica 2 exits with code 1' }), seen('v0')],
    split: { 'v1-abc': 80, 'v0-abc': 20 },
  });
  expect(notesOn(inputOf(common, { observation }))).toEqual([
    'v1, which serves now, is degraded: replica 2 exits with code 1. A rollback leads back to it.',
    'v0 still has 20 % of the traffic; it loses it and is retired last.',
  ]);
  expect(notesOn(inputOf(common))).toEqual([]);
});
