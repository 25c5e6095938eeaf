const variable = (name: string) => `\${${name}}`;

const least = (more: string) =>
  `service: shop\nstrategy: canary\nprovider: { local: { command: a, edge: { port: 1 } } }\n${more}`;

const aliases = (wide: number) =>
  [
    `a: &a [x]`,
    ...Array.from('bcdefghij', (name, at) => {
      const before = Array(wide).fill(`*${'abcdefghi'[at]}`).join(', ');
      return `${name}: &${name} [${before}]`;
    }),
  ].join('\n');

const many = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

const LARGE = 1_000_000;

/** Small texts that cost much, if somebody does not look out. */
export const BOMBS: Readonly<Record<string, () => string | Buffer>> = {
  'aliases of aliases': () => aliases(9),
  'many aliases of one text': () => `a: &a ${'x'.repeat(1000)}\nb: [${'*a, '.repeat(49)}*a]`,
  'an alias of itself': () => 'a: &a { b: *a }',
  'deep flow lists': () => '['.repeat(100_000),
  'deep flow lists that are closed': () => `a: ${'['.repeat(3000)}${']'.repeat(3000)}`,
  'deep flow sections': () => '{a: '.repeat(100_000),
  'deep block lists': () => '- '.repeat(100_000),
  'deep block lists, not too many': () => '- '.repeat(9000),
  'deep block sections': () => many(2000, (at) => `${' '.repeat(at)}a:`),
  'deep question marks': () => '? '.repeat(9000),
  'deep JSON': () => `{"service": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
  'a huge text': () => least(`release: ${'x'.repeat(LARGE)}`),
  'a huge text in quotes': () => least(`release: "${'\\n'.repeat(LARGE / 3)}"`),
  'a huge folded text': () => least(`release: >\n${many(LARGE / 10, () => '  abcdefg')}`),
  'a huge key': () => least(`${'k'.repeat(LARGE)}: 1`),
  'a long unknown key': () => least(`gates: { alive: { health: {}, ${'k'.repeat(19_000)}: 1 } }`),
  'many long unknown keys': () => least(many(60, (at) => `k${at}${'k'.repeat(10_000)}: 1`)),
  'a huge comment': () => `${'#'.repeat(LARGE)}\n${least('')}`,
  'more than a mebibyte': () => least(`# ${'x'.repeat(1024 * 1024)}`),
  'many keys': () => many(40_000, (at) => `k${at}: 1`),
  'many keys, all the same': () => many(40_000, () => 'k: 1'),
  'many values': () => `a: [${'1,'.repeat(400_000)}1]`,
  'many gates': () => least(`gates:\n${many(3000, (at) => `  g${at}: { tcp: {} }`)}`),
  'many wrong gates': () => least(`gates:\n${many(3000, (at) => `  g${at}: { tpc: {} }`)}`),
  'many environments': () =>
    least(`environments:\n${many(300, (at) => `  e${at}: { defaults: { bake: 1s } }`)}`),
  'many stages': () => least(`canary: { stages: [${'5%, '.repeat(9000)}100%] }`),
  'spaces in a percentage': () => least(`canary: { stages: ["5${' '.repeat(400_000)}x"] }`),
  'spaces in an amount': () => least(`rolling: { batch: "5${' '.repeat(400_000)}x" }`),
  'spaces in a size': () =>
    least('').replace('port: 1 }', `port: 1 }, logs: { maxSize: "5${' '.repeat(400_000)}x" }`),
  'spaces in a number': () => least('').replace('port: 1', `port: "5${' '.repeat(400_000)}x"`),
  'spaces in a duration': () => least(`deadline: "5s${' '.repeat(400_000)}x"`),
  'spaces in a command': () => least('').replace('command: a', `command: "a${' '.repeat(LARGE)}"`),
  'digits in a duration': () => least(`deadline: "${'1'.repeat(LARGE)}"`),
  'parts in a duration': () => least(`deadline: "${'1s'.repeat(LARGE / 2)}x"`),
  'slashes in a URL': () =>
    least(`gates: { a: { http: { url: "http://${'/'.repeat(LARGE)} x" } } }`),
  'words in a command': () => least('').replace('command: a', `command: "${'a '.repeat(400_000)}"`),
  'open references': () => least(`release: "${'${'.repeat(400_000)}"`),
  'closed references': () => least(`release: "${variable('service').repeat(90_000)}"`),
  'references that are not known': () => least(`release: "${variable('nothing').repeat(90_000)}"`),
  'a reference with a long name': () => least(`release: "\${${'n'.repeat(LARGE)}}"`),
  'a reference with spaces': () => least(`release: "\${${' '.repeat(LARGE)}}"`),
  'references that grow': () =>
    least(
      `release: "${variable('service').repeat(40)}"\nstore: "${variable('release').repeat(20_000)}"`,
    ),
  'a regular expression that runs away': () =>
    least('gates: { a: { http: { path: /, expect: { body: "/(a+)+$/" } } } }'),
  'a JSON path that nests': () =>
    least(`gates: { a: { http: { path: /, expect: { json: { "${'['.repeat(50_000)}": 1 } } } } }`),
  'a wide NUL': () => Buffer.alloc(500_000),
  'a text of UTF-16 surrogates': () => Buffer.from('\ud800'.repeat(1000), 'utf16le'),
  'bytes that never end a character': () => Buffer.alloc(LARGE, 0xf0),
  'tabs only': () => '\t'.repeat(LARGE),
  'line ends only': () => '\r\n'.repeat(LARGE / 2),
  'quotes only': () => '"'.repeat(19_999),
  'dashes only': () => '-'.repeat(LARGE),
  'directives only': () => '%YAML 1.2\n'.repeat(50_000),
  'documents only': () => '---\n'.repeat(100_000),
  'anchors only': () => many(5000, (at) => `a${at}: &a${at} x`),
  'tags only': () => '!'.repeat(19_999),
  'colons only': () => ':'.repeat(19_999),
  'colons and spaces': () => 'a: '.repeat(6000),
};
