import { expect, test } from 'vitest';
import { githubOutputs } from '../../../reporters/github/outputs.ts';
import { rolledBack, Story, succeeded, underWay } from '../kit/story.ts';

/** As a runner reads the file: the last value of a name counts. */
function outputsOf(...stories: readonly Story[]): Readonly<Record<string, string>> {
  let file = '';
  const reporter = githubOutputs((text) => {
    file += text;
  });
  for (const event of stories.flatMap(({ events }) => events)) reporter.report(event);
  return Object.fromEntries(
    file
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('=')),
  );
}

test.each([
  ['succeeded', succeeded],
  ['rolled-back', rolledBack],
  ['unfinished', underWay],
])('a step of a job has outputs: its deployment, the version, and %s', (result, tell) => {
  expect(outputsOf(tell())).toEqual({ id: 'kq3vx7ab', version: 'v2', result });
});

test('a deployment that the step merely picked up is not called its own', () => {
  const older = new Story().begin({ resumed: true }).upTo(3);
  expect(outputsOf(older)).toEqual({});
  const ended = succeeded().events.filter(({ type }) => type === 'ended');
  expect(outputsOf(Object.assign(new Story(), { events: [...older.events, ...ended] }))).toEqual(
    {},
  );
});
