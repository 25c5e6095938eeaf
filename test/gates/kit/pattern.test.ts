import { describe, expect, test } from 'vitest';
import { isMatch, PatternError } from '../../../gates/kit/pattern.ts';

const { signal } = new AbortController();
/** Which only backtracking can tell: what it captured must come again. */
const endless = { pattern: '^(a+)+\\1$', flags: '' };
const bait = `${'a'.repeat(60)}!`;

/** How often something else came to its turn while this went on. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 20);
  await work.catch(() => {});
  clearInterval(timer);
  return turns;
}

describe('a pattern', () => {
  test.each([
    ['^v\\d+$', '', 'v12', true],
    ['^V\\d+$', '', 'v12', false],
    ['^V\\d+$', 'i', 'v12', true],
    ['(?<=a)b\\1?', '', 'ab', true],
    ['x.y', 's', 'x\ny', true],
  ])('/%s/%s against %j', async (pattern, flags, text, matches) => {
    expect(await isMatch({ pattern, flags }, text, signal)).toBe(matches);
  });

  test.each([
    ['^(a+)+$', `${'a'.repeat(60)}!`],
    ['(x+x+)+y', 'x'.repeat(20_000)],
    ['^(a|a)*b', 'a'.repeat(60_000)],
    ['(.*,){11}P', '1,'.repeat(10_000)],
  ])('/%s/ takes a time that grows with the text alone', async (pattern, text) => {
    expect(await isMatch({ pattern, flags: '' }, text, signal)).toBe(false);
  });

  test('that takes longer than this process may stand still is told all the same', async () => {
    expect(await isMatch(endless, `${'a'.repeat(20)}!`, signal)).toBe(false);
  });

  test('that would backtrack for ever is ended, while everything else goes on', async () => {
    const match = isMatch(endless, bait, signal);
    const turns = await turnsDuring(match);
    await expect(match).rejects.toThrow(PatternError);
    await expect(match).rejects.toThrow(/\/\^\(a\+\)\+\\1\$\/ found no end within 2 s/);
    expect(turns).toBeGreaterThan(10);
  });

  test('is given up as soon as nobody wants to know', async () => {
    const nobody = new AbortController();
    const match = isMatch(endless, bait, nobody.signal);
    nobody.abort(new Error('enough'));
    await expect(match).rejects.toThrow('enough');
  });
});
