import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { FOLDER, read, STORIES, tell } from './golden.ts';

const recorded = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

test.each(STORIES)('the recorded log $name gives the very state it gave', async ({ name }) => {
  const state = await read(recorded(`${name}.jsonl`));
  expect(`${canonicalJson(state)}\n`).toBe(recorded(`${name}.state.json`));
});

test('every kind of record that a deployment alone writes is among them', async () => {
  const logs = await Promise.all(STORIES.map(tell));
  const kinds = new Set(
    logs.flatMap((log) => log.trimEnd().split('\n')).map((line) => JSON.parse(line).body.kind),
  );
  expect([...kinds].sort()).toEqual(['ended', 'gates', 'opened', 'step', 'turned']);
});
