import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/lib/suggest.ts';
import { LEAST, loadWith, problemsOf } from '../config/loading.ts';

const gate = (limit: string) => `gates: { errors: { edge: errorRate, max: ${limit} } }\n`;

describe('a number too large for a number is refused: JSON would make no limit of it', () => {
  it.each([
    ['in a limit', gate('"1e999"'), 'expected a limit such as 5%'],
    ['in a limit in percent', gate(`"${'9'.repeat(400)}%"`), 'expected a limit such as 5%'],
    ['in a limit in time', gate(`"${'9'.repeat(400)}s"`), 'expected a limit such as 5%'],
    ['in a duration', `deadline: ${'9'.repeat(400)}d\n`, 'expected at most 30d'],
  ])('%s', async (_, text, expected) => {
    expect((await problemsOf(LEAST + text)).join()).toContain(expected);
  });

  it('in a size', async () => {
    const text = LEAST.replace('edge:', `logs: { maxSize: "${'9'.repeat(400)}GB" }\n    edge:`);
    expect((await problemsOf(text)).join()).toContain('expected a size such as 10MB');
  });

  it('but a large one that is a number is taken', async () => {
    const { gates } = await loadWith(gate('1.0'));
    expect(gates.errors?.judge.max).toBe(1);
  });
});

it('a canary has at most a hundred stages: a plan grows with the square of them', async () => {
  const text = (count: number) => `${LEAST}canary: { stages: [${'5%, '.repeat(count - 1)}100%] }\n`;
  expect(await problemsOf(text(101))).toEqual([
    '7:19  canary.stages: found a list, expected at most 100 entries',
  ]);
});

it('what every object has is no variable of the environment', async () => {
  const [problem] = await problemsOf(`${LEAST}allowEnv: [toString]\nstore: "\${env.toString}"\n`);
  expect(problem).toContain('is not set');
});

it('nobody looks for what a very long word may have meant', () => {
  expect(nearest('k'.repeat(1_000_000), ['kk'])).toBe(null);
});
