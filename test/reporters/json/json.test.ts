import { expect, test } from 'vitest';
import { jsonReporter } from '../../../reporters/json/index.ts';
import { ATTACK, batchDone, Page, rolledBack } from '../kit/story.ts';

test('every event is one line of JSON that reads back as the event, with a version', () => {
  const { events } = rolledBack().tell('notice', { level: 'info', message: ATTACK });
  const page = new Page();
  const reporter = jsonReporter({ stream: page });
  for (const event of events) reporter.report(event);
  const lines = page.text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    events.map((event) => ({ v: 1, ...event })),
  );
  expect(page.text).not.toContain('\u001b');
  expect(lines[0]?.startsWith('{"at":')).toBe(true);
});

test('a batch that is done is followed by the split that it made', () => {
  const page = new Page();
  const reporter = jsonReporter({ stream: page });
  for (const event of batchDone().events) reporter.report(event);
  const [, ended, routed, ...rest] = page.text.trimEnd().split('\n');
  expect(JSON.parse(ended ?? '')).toMatchObject({ type: 'step-ended' });
  const data = { split: { 'v1-abc': 66.67, 'v2-abc': 33.33 }, stable: 'v1-abc' };
  expect(JSON.parse(routed ?? '')).toMatchObject({ type: 'routed', data, deployment: 'kq3vx7ab' });
  expect(rest).toEqual([]);
});
