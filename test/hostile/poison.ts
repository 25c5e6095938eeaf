import type { Chance } from '../simulation/chance.ts';

const ESC = '\u001b';

/** Pieces that a terminal, a CI runner or Markdown would do something with. */
export const PIECES: readonly string[] = [
  `${ESC}[2J`,
  `${ESC}[31m`,
  `${ESC}]0;owned\u0007`,
  `${ESC}]8;;http://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`,
  `${ESC}]52;c;cm0gLXJm\u0007`,
  `${ESC}P+q544e${ESC}\\`,
  '\u009b2J',
  '\u009d52;c;x\u009c',
  '\r',
  '\r\n',
  '\n',
  '\b\b\b',
  '\u0007',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u{e0041}',
  '\ud800',
  '::set-env name=PATH::x',
  '::add-mask::x',
  '::error::no',
  '::stop-commands::token',
  ' ::endgroup::',
  '##[error]no',
  '##[add-path]/tmp',
  '##vso[task.setvariable variable=x]y',
  "##teamcity[buildStatus status='SUCCESS']",
  '<img src=x onerror=alert(1)>',
  '<details open>',
  '</td><!--',
  '[a](javascript:x)',
  '![a](http://evil.example/p.png)',
  'http://evil.example',
  'www.evil.example',
  '@team/all',
  '#123',
  '| a | b |',
  '```',
  '`x`',
  '**b** _i_ ~~s~~ $x$',
  '# title',
  '- item',
  '&lt;b&gt;',
  '%0A::error::x',
  '%25',
  '&#10;',
  '\\',
  ':',
  ',',
  'x',
  ' ',
];

/** Some of them, one after the other. */
export function poison(chance: Chance): string {
  return Array.from({ length: chance.whole(1, 6) }, () => chance.one(PIECES)).join('');
}

/** What the program itself has chosen, and not the outside. */
const OURS = new Set([
  'type',
  'kind',
  'verdict',
  'result',
  'unit',
  'direction',
  'level',
  'phase',
  'onFailure',
  'stop',
  'onInterrupt',
  'health',
  'mark',
]);

/** The same value with every text of foreign origin followed by poison, names of keys included. */
export function poisoned<T>(value: T, text: string, key = ''): T {
  if (typeof value === 'string') return (OURS.has(key) ? value : `${text}${value}${text}`) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => poisoned(part, text)) as T;
  const isNamed = key === 'split' || key === 'gates';
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      isNamed ? `${text}${name}${text}` : name,
      poisoned(part, text, name),
    ]),
  ) as T;
}
