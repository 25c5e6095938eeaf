import { expect, onTestFinished, test } from 'vitest';
import { folded, type OutputStream } from '../../../src/cli/shell/io.ts';
import { CliFixture } from '../../helpers/run-cli.ts';

const screen = (columns: number): OutputStream => ({ write: () => true, isTTY: true, columns });

const LINES = [
  'error: the proxy serves with another port and cannot move',
  '  v2   100 %   live   2 of 2 healthy   since this morning',
  'Next: deployctl rollback kq3vx7ab --config deploy.config.yaml',
  '',
];

test('on a terminal sentences go on between words, and what is to be copied stays whole', () => {
  expect(folded(screen(30), LINES)).toEqual([
    'error: the proxy serves with',
    'another port and cannot move',
    ...LINES.slice(1),
  ]);
});

test('in files and pipes each sentence is one line', () => {
  const pipe = { write: () => true, columns: 30 };
  expect(folded(pipe, LINES)).toEqual(LINES);
});

test('an error on a narrow terminal breaks no word and no command', async () => {
  const fixture = new CliFixture();
  onTestFinished(() => fixture.remove());
  const line = 'plan --config here/deploy.config.yaml --set strategy=canary';
  const wide = await fixture.run(line);
  const narrow = await fixture.run(line, { isTTY: true, columns: 30 });
  const lines = narrow.stderr.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(wide.stderr.trimEnd().split('\n').length);
  expect(lines.join(' ')).toBe(wide.stderr.trimEnd().replaceAll('\n', ' '));
  const next = lines.filter((text) => text.includes('deployctl '));
  expect(next.every((text) => /^(?:Next: | {2})deployctl /.test(text))).toBe(true);
});
