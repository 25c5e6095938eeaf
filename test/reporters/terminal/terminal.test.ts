import { expect, test } from 'vitest';
import { terminalReporter } from '../../../reporters/terminal/index.ts';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { Page, succeeded, underWay } from '../kit/story.ts';

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
const ESCAPE = '\u001b';
const PARTS = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|\\n|\\r|[^${ESCAPE}\\n\\r]+`, 'gu');
const [begun, ...others] = underWay().events as [DeployEvent, ...DeployEvent[]];

function open(page = new Page()) {
  const ticks: (() => void)[] = [];
  const exits: (() => void)[] = [];
  let stopped = 0;
  let now = 1_000_000;
  const reporter = terminalReporter({
    stream: page,
    color: false,
    now: () => now,
    ticker: (_interval, tick) => {
      ticks.push(tick);
      return () => {
        stopped += 1;
      };
    },
    onExit: (restore) => {
      exits.push(restore);
      return () => exits.splice(0);
    },
  });
  const tick = (ms = 100) => {
    now += ms;
    for (const each of ticks) each();
  };
  return { page, reporter, tick, exits, stopped: () => stopped };
}

/** What stands on the screen after all that was written. */
function screenOf(text: string): readonly string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [part] of text.matchAll(PARTS)) {
    if (part === '\n') row += 1;
    else if (part.endsWith('A') && part.startsWith('\u001b'))
      row -= Number.parseInt(part.slice(2), 10);
    else if (part === '\u001b[2K') lines[row] = '';
    else if (part === '\u001b[J') lines.length = row + 1;
    else if (!part.startsWith('\u001b') && part !== '\r') lines[row] = (lines[row] ?? '') + part;
    lines[row] ??= '';
  }
  return lines;
}

test('it redraws in place: however often it is drawn, one picture is on the screen', () => {
  const { page, reporter, tick } = open();
  for (const event of underWay().events) {
    reporter.report(event);
    tick();
  }
  const screen = screenOf(page.text);
  expect(screen.filter((line) => line.startsWith('shop (production)'))).toHaveLength(1);
  expect(screen.some((line) => line.startsWith('▸ stage 1 of 3: watch 5 %'))).toBe(true);
});

test('the cursor is hidden while it lives and shown again when it is closed, once', () => {
  const { page, reporter, stopped, exits } = open();
  for (const event of succeeded().events) reporter.report(event);
  expect(page.text.startsWith(HIDE)).toBe(true);
  void reporter.close?.();
  void reporter.close?.();
  expect(page.text.endsWith(SHOW)).toBe(true);
  expect(page.text.split(SHOW)).toHaveLength(2);
  expect(stopped()).toBe(1);
  expect(exits).toEqual([]);
});

test('the cursor comes back too when the process ends without a close', () => {
  const { page, reporter, exits } = open();
  reporter.report(begun);
  for (const restore of exits) restore();
  expect(page.text.endsWith(SHOW)).toBe(true);
});

test('what is drawn last stays, whole, with the summary', () => {
  const { page, reporter } = open(new Page(80, 10));
  for (const event of succeeded().events) reporter.report(event);
  void reporter.close?.();
  const screen = screenOf(page.text).join('\n');
  expect(screen).toContain('✔ retire v1');
  expect(screen).toContain('v2 is live. Took 12m 34s.');
  expect(screen).toContain('next: deployctl rollback kq3vx7ab');
});

test('events draw nothing by themselves: a thousand readings cost what ten pictures a second cost', () => {
  const { page, reporter, tick } = open();
  reporter.report(begun);
  const before = page.text.length;
  for (let count = 0; count < 1000; count++) for (const event of others) reporter.report(event);
  expect(page.text.length).toBe(before);
  tick();
  expect(page.text.length).toBeGreaterThan(before);
});

test('nothing begun, nothing drawn', () => {
  const { page, reporter } = open();
  void reporter.close?.();
  expect(page.text).toBe('');
});
