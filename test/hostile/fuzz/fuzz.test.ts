import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOMBS } from './bombs.ts';
import { examined } from './campaign.ts';
import { kept } from './cases.ts';
import { bomb, inputOf } from './input.ts';
import { shrink } from './shrink.ts';
import { fuzz } from './workers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployctl-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUNS = 1000;

it(`${RUNS} damaged configs are planned or refused in words, at their place, quickly, and pollute nothing`, async () => {
  const { runs, planned, faults } = await fuzz(1, RUNS, 2);
  const told = faults.map(
    ({ seed, kind, fault }) => `npm run fuzz -- --seed ${seed} --runs 1    ${kind}: ${fault}`,
  );
  expect(told.join('\n')).toBe('');
  expect(runs).toBe(RUNS);
  expect(planned).toBeGreaterThan(RUNS / 20);
  expect(planned).toBeLessThan(RUNS / 2);
}, 600_000);

describe('a bomb is refused, or is none', () => {
  it.each(Object.keys(BOMBS))('%s', async (name) => {
    expect((await examined(bomb(name), folder, true)).found.join('\n')).toBe('');
  });
});

describe('what failed once does not fail again', () => {
  it.each(kept())('%s', async (_, input) => {
    expect((await examined(input, folder, true)).found.join('\n')).toBe('');
  });
});

it('the same seed gives the same input', () => {
  for (let seed = 1; seed < 200; seed++) expect(inputOf(seed)).toEqual(inputOf(seed));
});

it('an input that fails is made smaller until nothing can be left out of it', async () => {
  const bytes = Buffer.from('service: shop\nstrategy: canary\nBAD: 1\nmore: text\n');
  const input = { kind: 'x', file: 'deploy.config.yaml', bytes, flags: { release: 'v1' } };
  const least = await shrink(input, async (other) => other.bytes.includes('BAD'));
  expect(least.bytes.toString()).toBe('BAD');
  expect(least.flags).toEqual({});
});
