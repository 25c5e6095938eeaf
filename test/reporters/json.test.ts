import { expect, test } from 'vitest';
import { jsonReporter } from '../../src/reporters/json.ts';
import { ATTACK, Page, rolledBack } from './story.ts';

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
