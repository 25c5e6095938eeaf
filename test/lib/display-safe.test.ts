import { describe, expect, test } from 'vitest';
import { displaySafe } from '../../src/lib/display-safe.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { eachSeed } from '../helpers/each-seed.ts';

const ESC = '\u001b';
const BEL = '\u0007';

describe('what could act on a terminal becomes visible instead', () => {
  test.each([
    ['a colour', `${ESC}[31mred${ESC}[0m`, '\\u{1b}[31mred\\u{1b}[0m'],
    ['a cursor that moves', `${ESC}[2A${ESC}[K`, '\\u{1b}[2A\\u{1b}[K'],
    [
      'a link that lies',
      `${ESC}]8;;http://evil${BEL}bank${ESC}]8;;${BEL}`,
      '\\u{1b}]8;;http://evil\\u{7}bank\\u{1b}]8;;\\u{7}',
    ],
    ['a clipboard', `${ESC}]52;c;cm0gLXJm${ESC}\\`, '\\u{1b}]52;c;cm0gLXJm\\u{1b}\\'],
    ['a title', `${ESC}]0;root${BEL}`, '\\u{1b}]0;root\\u{7}'],
    ['the same in one byte', '\u009b31m\u009d52;c;x\u009c', '\\u{9b}31m\\u{9d}52;c;x\\u{9c}'],
    ['a step back', 'ok\b\bno\u007f', 'ok\\u{8}\\u{8}no\\u{7f}'],
    ['nothing', 'a\0b', 'a\\u{0}b'],
    ['text that turns round', 'a\u202egpj.exe\u202c', 'a\\u{202e}gpj.exe\\u{202c}'],
    ['isolated text', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['what is not seen at all', 'pay\u200bpal\ufeff', 'pay\\u{200b}pal\\u{feff}'],
    ['other ends of lines', 'a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
    ['a tag outside the first plane', '\u{e0041}', '\\u{e0041}'],
  ])('%s', (_what, text, safe) => expect(displaySafe(text)).toBe(safe));

  test('but a carriage return only goes: what it would write over stays to be read', () => {
    expect(displaySafe('failed\rsucceeded\r\n')).toBe('failedsucceeded\n');
  });
});

test('text that people write stays as it is', () => {
  const text = 'tab\there\nзелёный 版本 ✔ 👍🏽 ñ ── 100 %\n::set-env name=a::b';
  expect(displaySafe(text)).toBe(text);
});

test('of any text nothing is left that a terminal obeys, and a second time changes nothing', () => {
  eachSeed('a terminal obeys nothing of what is left', 2000, (next, seed) => {
    const codes = Array.from({ length: 20 }, () =>
      Math.floor(next() * (seed % 2 ? 0x110000 : 0xff)),
    );
    const safe = displaySafe(String.fromCodePoint(...codes));
    expect(safe).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(displaySafe(safe)).toBe(safe);
  });
});

test('a megabyte of escapes takes no longer than it must', () => {
  const begun = cpuTime();
  displaySafe(ESC.repeat(1_000_000));
  expect(cpuTime() - begun).toBeLessThan(2000);
});
