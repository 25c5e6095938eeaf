import { expect, test } from 'vitest';
import type { JournalRecord } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { FORMATS, recorded, resumed, STORIES, stateOf } from '../golden/journals.ts';

const LEFT = Object.keys(STORIES).flatMap((name) =>
  FORMATS.map((format) => [format, name] as const),
);

test.each(LEFT)(
  'a journal of format %i, %s, gives the very state it gave',
  async (format, name) => {
    const left = recorded(name, format);
    expect(canonicalJson(await stateOf(left))).toBe(left.state);
  },
);

test.each(LEFT)(
  'a deployment of format %i, %s, is resumed to the end it had',
  async (format, name) => {
    const left = recorded(name, format);
    expect(await resumed(left)).toEqual(left.resumed);
  },
);

test('they hold every kind of record that is met in the middle of a deployment', () => {
  const kinds = LEFT.flatMap(([format, name]) =>
    Object.entries(recorded(name, format).entries),
  ).flatMap(([key, text]) =>
    key.includes('/log/') ? (JSON.parse(text) as JournalRecord).body.kind : [],
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
