import { expect, test } from 'vitest';
import { Coverage } from './coverage.ts';
import { drawScenario, partsOf, type Scenario } from './scenario.ts';
import { SHAPES } from './shapes.ts';
import { replayLine, shrink } from './shrink.ts';
import { runScenario } from './storm.ts';

/** The first seed whose scenario is such a one. */
function seedWith(is: (scenario: Scenario) => boolean): number {
  for (let seed = 1; seed < 5000; seed++) if (is(drawScenario(seed))) return seed;
  throw new Error('no such seed');
}

test('the same seed gives the same run, step by step', async () => {
  const seed = seedWith(({ happenings, rates }) => happenings.length > 3 && 'storeLost' in rates);
  const [one, other] = [
    await runScenario(drawScenario(seed), true),
    await runScenario(drawScenario(seed), true),
  ];
  expect(one.trace.length).toBeGreaterThan(20);
  expect(other.trace).toEqual(one.trace);
  expect(other.counts).toEqual(one.counts);
});

test('what is left out changes nothing of what stays', () => {
  const seed = seedWith(({ happenings, shape }) => happenings.length > 2 && shape !== SHAPES.local);
  const whole = drawScenario(seed);
  const [first, ...rest] = whole.happenings;
  const part = drawScenario(seed, [first?.name ?? '', 'shape']);
  expect(part.happenings).toEqual(rest);
  expect(part.shape).toBe(SHAPES.local);
  expect(part.taste).toEqual(whole.taste);
  expect(part.until).toBe(whole.until);
});

test('a failure is shrunk to the parts that it takes', async () => {
  const seed = seedWith(({ happenings, rates }) => happenings.length > 3 && 'lost' in rates);
  const second = drawScenario(seed).happenings[1]?.name ?? '';
  const run = async ({ happenings, rates }: Scenario) => {
    const fails = 'lost' in rates && happenings.some(({ name }) => name === second);
    return { violations: fails ? [`wrong ${happenings.length} times`] : [] };
  };
  const small = await shrink(seed, run);
  expect(small?.left).toEqual([second, 'lost']);
  const again = drawScenario(seed, small?.without);
  expect((await run(again)).violations).not.toEqual([]);
  expect(partsOf(again).length).toBeLessThan(partsOf(drawScenario(seed)).length);
  expect(replayLine(seed, ['h1', 'lost'])).toBe(`npm run sim -- --seed ${seed} --without h1,lost`);
});

test('a seed that finds nothing cannot be shrunk', async () => {
  expect(await shrink(1, async () => ({ violations: [] }))).toBeNull();
});

test('what was met too rarely is named, unless it cannot be', () => {
  const coverage = new Coverage();
  for (let times = 0; times < 3; times++) coverage.add('route', 'lost');
  expect(coverage.thin(3)).not.toContain('lost during route: 3');
  expect(coverage.thin(4)).toContain('lost during route: 3');
  expect(coverage.thin(4)).not.toContain('lost during planning: 0');
});
