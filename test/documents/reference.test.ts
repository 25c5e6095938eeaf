import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { PROVIDERS, UNLISTED } from '../../src/compose/providers.ts';
import { STORES } from '../../src/compose/stores.ts';
import { STRATEGIES } from '../../src/compose/strategies.ts';
import { ROOT, read } from './pages.ts';

test('the reference is what the program says of itself: renew it by npm run reference', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/reference.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

const OWN = {
  providers: Object.keys(PROVIDERS).filter((name) => !UNLISTED.includes(name)),
  gates: Object.keys(GATE_SOURCES),
  strategies: Object.keys(STRATEGIES),
  stores: Object.keys(STORES),
};

describe.each(Object.entries(OWN))('the reference of %s', (kind, names) => {
  test.each(names)('has a page for %s, which index and config lead to', (name) => {
    expect(read(`docs/reference/${kind}/${name}.md`)).toMatch(/^\| `[a-z]+|^```$/im);
    expect(read('docs/reference/README.md')).toContain(`](${kind}/${name}.md)`);
  });

  test('has no page of what is not in the catalogue', () => {
    const there = readdirSync(join(ROOT, 'docs/reference', kind));
    expect(there.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });
});

test('the page of a gate source says what it measures', () => {
  const page = read('docs/reference/gates/prometheus.md');
  expect(page).toContain('\n## What it measures\n');
  expect(page).toMatch(/^\| `errors` \| ratio \| closed windows \|/m);
});
