import { expect, test } from 'vitest';
import { escapeData, escapeProperty, githubReporter } from '../../../reporters/github/index.ts';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { displayLines } from '../../../src/lib/display-safe.ts';
import {
  ATTACK,
  Page,
  planOf,
  rolledBack,
  Story,
  succeeded,
  turnedRound,
  underWay,
} from '../kit/story.ts';

function told(events: readonly DeployEvent[]): { log: string; summary: string } {
  const page = new Page();
  let summary = '';
  const reporter = githubReporter({
    stream: page,
    appendSummary: (text) => {
      summary += text;
    },
  });
  for (const event of events) reporter.report(event);
  void reporter.close?.();
  return { log: page.text, summary };
}

test('each step is a group, and what went wrong is an annotation', async () => {
  await expect(told(rolledBack().events).log).toMatchFileSnapshot(
    'snapshots/github-rolled-back.txt',
  );
});

test('the summary of the step says how it came out', async () => {
  const { summary } = told(rolledBack().events);
  await expect(summary).toMatchFileSnapshot('snapshots/github-summary.md');
});

test('a success is a notice', () => {
  expect(told(succeeded().events).log).toContain('::notice title=v2 is live.::v2 serves 100 %25');
});

test('groups are closed before the next is opened, also when the log ends in the middle', () => {
  const { log } = told(underWay().events);
  const marks = log.split('\n').filter((line) => /^::(end)?group::/.test(line));
  expect(marks.map((line) => line.startsWith('::group::'))).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
});

test('nothing that is not our own command looks like one to the runner', () => {
  const plan = planOf({ release: { ...planOf().release, version: '::add-mask::x' } });
  const story = underWay(plan);
  const step = story.stepAt(3);
  story
    .tell('step-progress', { step: step.id, message: ATTACK })
    .tell('notice', { level: 'warning', message: ATTACK })
    .tell('notice', { level: 'info', message: ATTACK })
    .tell('waiting', { step: step.id, question: ATTACK, expires: 1000 })
    .tell('turned', {
      reason: ATTACK,
      gate: '::debug::a,b:c',
      course: [],
      logs: [ATTACK, '  ::stop-commands::x'],
    });
  const lines = told(story.events).log.split('\n');
  const commands = lines.filter((line) => line.trimStart().startsWith('::'));
  expect(
    commands.every((line) =>
      /^::(group|endgroup|error|warning|notice)( title=[^:,]*)?::/.test(line),
    ),
  ).toBe(true);
  expect(commands.filter((line) => line.startsWith('::error'))).toHaveLength(1);
  expect(lines.filter((line) => !commands.includes(line)).join('\n')).not.toContain('##[');
});

test('what the runner would obey is taken apart', () => {
  expect(displayLines('  ::error::x')).toBe('  : :error::x');
  expect(displayLines('a ##[group]b')).toBe('a # #[group]b');
  expect(displayLines('a ::b::')).toBe('a ::b::');
});

test('data and properties are escaped as the runner unescapes them', () => {
  expect(escapeData('5 %\r\nnext: a,b')).toBe('5 %25%0D%0Anext: a,b');
  expect(escapeProperty('5 %: a,b')).toBe('5 %25%3A a%2Cb');
});

test('the summary shows foreign text and does nothing else with it', () => {
  const bad = 'see @team <img src=x> [a](https://b.c) | `x` **y**';
  const { summary } = told(
    turnedRound([]).tell('turned', { reason: bad, gate: null, course: [], logs: [] }).events,
  );
  const line = summary.split('\n').find((text) => text.startsWith('Rolled back because'));
  expect(line).toBe(
    'Rolled back because: see @&#8203;team &lt;img src=x\\> \\[a\\]\\(https:&#8203;//b.c\\) \\| \\`x\\` \\*\\*y\\*\\*',
  );
});

test('nothing begun leaves no summary', () => {
  expect(told([]).summary).toBe('');
  expect(told(new Story().begin().events).summary).toContain('The deployment did not end.');
});
