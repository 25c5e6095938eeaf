import { expect, test } from 'vitest';
import type { JournalRecord } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { recorded, resumed, STORIES, stateOf } from '../golden/journals.ts';

const NAMES = Object.keys(STORIES);

test.each(NAMES)('a journal of format 1, %s, gives the very state it gave', async (name) => {
  const left = recorded(name);
  expect(canonicalJson(await stateOf(left))).toBe(left.state);
});

test.each(NAMES)('a deployment of format 1, %s, is resumed to the end it had', async (name) => {
  const left = recorded(name);
  expect(await resumed(left)).toEqual(left.resumed);
});

test('they hold every kind of record that is met in the middle of a deployment', () => {
  const kinds = NAMES.flatMap((name) => Object.entries(recorded(name).entries)).flatMap(
    ([key, text]) => (key.includes('/log/') ? (JSON.parse(text) as JournalRecord).body.kind : []),
  );
  expect([...new Set(kinds)].sort()).toEqual([
    'control',
    'gates',
    'opened',
    'paused',
    'step',
    'taken',
    'turned',
  ]);
});
