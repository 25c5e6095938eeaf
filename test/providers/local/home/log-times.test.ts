import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logs } from '../../../../providers/local/client/logs.ts';
import { linesTimed } from '../../../../providers/local/home/log-times.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

test('a line without a time belongs to the one before it, and none goes before another', () => {
  const lines = ['2026-03-01T12:00:01Z boom', '    at query', '2026-03-01T12:00:00Z late'];
  expect(linesTimed(lines, 0).map(({ at }) => at - NOON)).toEqual([1000, 1000, 1000]);
});

test.each([
  '2026-03-01T12:00:00Z started',
  '[2026-03-01 12:00:00,000+00:00] INFO started',
  '{"level":30,"time":1772366400000,"msg":"started"}',
  '{"time":"2026-03-01T12:00:00.000Z","msg":"started"}',
])('the time of %s is understood', (line) => {
  expect(linesTimed([line], 0)[0]?.at).toBe(NOON);
});

test('lines of all releases come in the order of their times; a file without times by its last write', async () => {
  const home = mkdtempSync(join(tmpdir(), 'deployctl-logs-'));
  const write = (release: string, n: number, lines: string[]) => {
    const folder = join(home, 'releases', release);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `replica-${n}.log`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  };
  const at = (second: number, words: string) => `2026-03-01T12:00:0${second}Z ${words}`;
  write('a', 1, [at(1, 'one'), at(4, 'four')]);
  write('a', 2, [at(3, 'three')]);
  write('b', 1, [at(2, 'two'), '  more of two', at(5, 'five')]);
  const plain = write('0-old', 1, ['old, and without a time']);
  utimesSync(plain, NOON / 1000 + 2.5, NOON / 1000 + 2.5);
  const said: string[] = [];
  const { signal } = new AbortController();
  const how = { follow: false, lines: 20, release: undefined, signal };
  const hear = ({ text }: { text: string }) => said.push(text.replace(/^\S+Z /, ''));
  await logs({ home }, how, hear);
  rmSync(home, { recursive: true });
  expect(said).toEqual([
    'one',
    'two',
    '  more of two',
    'old, and without a time',
    'three',
    'four',
    'five',
  ]);
});
