import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DeployError } from '../../src/contract/index.ts';
import { loadText } from './loading.ts';

const EXAMPLE = readFileSync(new URL('../../deploy.config.example.yaml', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => line.trim() !== '' && !line.startsWith('#'));

/** What each line belongs to: a section at the top, or one gate. */
const PART = EXAMPLE.map((_, index) => {
  const before = EXAMPLE.slice(0, index + 1);
  const section = before.findLast((line) => /^\S/.test(line)) ?? '';
  const isGate = section === 'gates:' && EXAMPLE[index] !== 'gates:';
  return (isGate ? before.findLast((line) => /^ {2}\S/.test(line)) : section)?.trim() ?? '';
});
/** Mostly left out, which keeps the runs short. */
const OPTIONAL = new Set(PART.filter((part) => !/^(service|strategy|provider|gates):/.test(part)));

const RUNS = 2000;
const NASTY = [
  '',
  '~',
  'null',
  '[]',
  '{}',
  '-1',
  '1e999',
  '.nan',
  '0x7f',
  '"',
  '*x',
  '&a',
  '!!set {}',
  '{ __proto__: { polluted: 1 } }',
  `\${`,
  `\${env.X}`,
  `\${service}`,
  `$\${`,
  '100%',
  '-5%',
  '5',
  '30',
  'true',
  '[[[[1]]]]',
  '| ',
  '<<: 1',
  '\t',
  '\u0000',
  '\u202e',
  '9'.repeat(400),
  '2024-01-01',
  "''",
  '? a',
  '{ a: { b: { c: 1 } } }',
  'constructor: { prototype: { polluted: 1 } }',
];

/** A small generator of its own, so that a failure can be repeated. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % bound;
  };
}

function mutated(seed: number): string {
  const next = numbers(seed);
  const dropped = new Set([...OPTIONAL].filter(() => next(5) > 0));
  const lines = EXAMPLE.filter((_, index) => !dropped.has(PART[index] ?? ''));
  for (let count = 1 + next(4); count > 0; count--) mutate(lines, next);
  return lines.join('\n');
}

function mutate(lines: string[], next: (bound: number) => number): void {
  const at = next(lines.length);
  const line = lines[at] ?? '';
  const nasty = NASTY[next(NASTY.length)] ?? '';
  switch (next(7)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, lines[next(lines.length)] ?? '');
      break;
    case 2:
      lines[at] = line.replace(/:\s.*$/, `: ${nasty}`);
      break;
    case 3:
      lines[at] = line.replace(/[\w-]+:/, `${nasty}:`);
      break;
    case 4:
      lines[at] = `  ${line}`;
      break;
    case 5:
      lines[at] = line.slice(0, next(line.length + 1));
      break;
    default:
      lines[at] = line.slice(0, next(line.length + 1)) + nasty + line.slice(next(line.length + 1));
  }
}

it(`${RUNS} damaged configs load or are refused in words, quickly, and pollute nothing`, async () => {
  let refused = 0;
  let slowest = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const began = performance.now();
    await loadText(mutated(seed)).catch((error: unknown) => {
      if (!(error instanceof DeployError)) throw new Error(`seed ${seed}`, { cause: error });
      expect(error.why, `seed ${seed}`).not.toMatch(/undefined|\[object|something else/);
      refused++;
    });
    slowest = Math.max(slowest, performance.now() - began);
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(slowest).toBeLessThan(1000);
  expect(refused).toBeGreaterThan(RUNS / 4);
  expect(refused).toBeLessThan(RUNS);
}, 60_000);
