import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { errorOf, LEAST, loadText, loadWith, OPTIONS, problemsOf } from './loading.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileProblem(bytes: Buffer | string, name = 'deploy.config.yaml'): Promise<string> {
  await writeFile(join(folder, name), bytes);
  const error = await errorOf(loadConfig({ ...OPTIONS, folder, file: name }));
  return error.why ?? error.message;
}

describe('text that is no config', () => {
  it.each([
    ['a tab as indentation', 'a:\n\tb: 1', '2:1  found a tab as indentation, expected spaces'],
    ['a key twice', 'service: a\nservice: b', '2:1  service: this key is here twice'],
    [
      'a custom tag',
      'service: !secret x',
      '1:10  found a tag (!…), expected plain values: tags are not supported',
    ],
    ['a second document', 'a: 1\n---\nb: 2', '2:1  found a second document (---), expected one'],
    ['a key that is a list', '? [a]\n: 1', '1:1  found a key that is not text'],
    [
      'a value that is no number',
      'deadline: .inf',
      '1:11  deadline: found .inf, expected a finite number',
    ],
    ['an alias without an anchor', 'service: *name', '1:10  service: unknown alias'],
    ['an open bracket', 'service: [a', '1:12  found no closing ] for the one opened before'],
    ['a quote that is never closed', 'service: "a\nb: 1\n', '1:10  this text has no closing "'],
    [
      'a line that is indented too far',
      'a: b\n c: d',
      '1:4  found a key within a value: is the next line indented too far, or a text with ": " not in quotes?',
    ],
    [
      'a line that is indented too little',
      'a:\n    b: 1\n  c: 2',
      '3:1  this line is not indented like those beside it',
    ],
    ['one value', 'hello', '1:1  expected keys, such as "service: shop"'],
    ['a list', '- a', '1:1  expected keys, such as "service: shop"'],
    [
      'a merge key',
      'a: &a { b: 1 }\nc:\n  <<: *a',
      '3:3  c.<<: found a merge key (<<), which YAML 1.2 does not have: write the keys out',
    ],
    ['__proto__', '__proto__: { polluted: true }', '1:1  __proto__: this key is not allowed'],
    [
      'constructor below',
      'gates: { constructor: {} }',
      '1:10  gates.constructor: this key is not allowed',
    ],
  ])('%s is told with line and column', async (_, text, expected) => {
    expect(await problemsOf(text)).toContain(expected);
  });
});

it('of what is wrong in one line only the first is told', async () => {
  expect(await problemsOf('a: b\n c: d')).toHaveLength(1);
});

describe('hostile text is refused in less than a second', () => {
  const bomb = [
    'a: &a [x]',
    ...Array.from('bcdefghij', (name, index) => {
      const before = 'abcdefghi'[index];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  // A fraction of it on an idle machine. What is not cut short takes minutes, or never ends.
  const SOON = 15_000;

  it.each([
    ['an alias bomb', bomb, 'more than 50 aliases'],
    ['an alias of itself', '[&a [*a]]', 'nested more than 64 levels deep'],
    ['deep brackets', '['.repeat(1_000_000), 'nested more than 64 levels deep'],
    ['deep lists', '- '.repeat(500_000), 'too many values for a config'],
    [
      'deep sections',
      Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'nested more than 64 levels deep',
    ],
    [
      'a hundred thousand keys',
      Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n'),
      'too many values for a config',
    ],
    ['a hundred thousand anchors', '&a '.repeat(100_000), 'too many values for a config'],
  ])('%s', async (_, text, expected) => {
    const began = cpuTime();
    const lines = await problemsOf(text);
    expect(cpuTime() - began).toBeLessThan(SOON);
    expect(lines.join('\n')).toContain(expected);
  });
});

describe('files that are no text', () => {
  it.each([
    [
      'UTF-16 with a mark',
      Buffer.from(`\ufeff${LEAST}`, 'utf16le'),
      'found UTF-16LE text, expected UTF-8',
    ],
    ['UTF-16 without one', Buffer.from(LEAST, 'utf16le'), 'found UTF-16LE text, expected UTF-8'],
    [
      'big-endian UTF-16',
      Buffer.from(LEAST, 'utf16le').swap16(),
      'found UTF-16BE text, expected UTF-8',
    ],
    ['Latin-1', Buffer.from('service: caf\xe9', 'latin1'), 'found bytes that are not UTF-8'],
    ['a NUL byte', 'service: a\nb: \0', 'deploy.config.yaml:2:1  found a NUL byte, expected text'],
    ['2 MiB', `service: a\n#${'x'.repeat(2 * 1024 * 1024)}`, 'larger than 1 MiB'],
  ])('%s', async (_, bytes, expected) => {
    expect(await fileProblem(bytes)).toContain(expected);
  });
});

it('a byte order mark and Windows line ends are fine', async () => {
  await writeFile(join(folder, 'bom.yaml'), `\ufeff${LEAST.replaceAll('\n', '\r\n')}`);
  const { service } = await loadConfig({ ...OPTIONS, folder, file: 'bom.yaml' });
  expect(service).toBe('shop');
});

it('a JSON config has lines and columns too, and may be indented with tabs', async () => {
  const why = await fileProblem(
    '{\n\t"service": "shop",\n\t"strategy": "canry"\n}',
    'deploy.config.json',
  );
  expect(why).toContain('deploy.config.json:3:14  strategy: found "canry"');
});

it('anchors and aliases work within reason', async () => {
  const { gates } = await loadWith(
    'gates:\n  a: { tcp: {}, interval: &i 7s }\n  b: { tcp: {}, interval: *i }\n',
  );
  expect(gates.b?.interval).toBe(7000);
});

it('YAML 1.1 surprises stay out: no is text, and a version in env keeps its zeros', async () => {
  const text = LEAST.replace(
    '    edge',
    '    env: { COUNTRY: no, VERSION: 1.10, MODE: 0777, ON: true }\n    edge',
  );
  const { provider } = await loadText(text);
  expect(provider.settings.env).toEqual({
    COUNTRY: 'no',
    VERSION: '1.10',
    MODE: '0777',
    ON: 'true',
  });
});

it('nothing ends up on the prototype of all objects', async () => {
  await errorOf(loadWith('environments: { a: { __proto__: { polluted: 1 } } }'));
  await errorOf(loadWith('', { set: ['__proto__.polluted=1'] }));
  await errorOf(loadWith('', { set: ['canary.constructor.prototype.polluted=1'] }));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
