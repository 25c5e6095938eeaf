import { expect, test } from 'vitest';
import { plainReporter } from '../../../reporters/plain/index.ts';
import type { DeployEvent } from '../../../src/contract/index.ts';
import {
  ATTACK,
  batchDone,
  isUnsafe,
  judged,
  Page,
  rolledBack,
  Story,
  succeeded,
  turnedRound,
  waitingFor,
} from '../kit/story.ts';

function told(events: readonly DeployEvent[], color = false): string {
  const page = new Page();
  const reporter = plainReporter({ stream: page, color, now: () => 0 });
  for (const event of events) reporter.report(event);
  return page.text;
}

test('a deployment that succeeds is told line by line', async () => {
  await expect(told(succeeded().events)).toMatchFileSnapshot('snapshots/plain-succeeded.txt');
});

test('one that is rolled back says why, what serves and what to do next', async () => {
  await expect(told(rolledBack().events)).toMatchFileSnapshot('snapshots/plain-rolled-back.txt');
});

test('a question comes with the commands that answer it', () => {
  const text = told(waitingFor().events);
  expect(text).toContain('waiting for an answer, at most 1h: Give v2 100 % of the traffic?');
  expect(text).toContain('deployctl approve kq3vx7ab');
});

test('of many readings the first, each change of verdict and one in ten seconds are told', () => {
  const story = new Story().begin().start(3);
  for (let second = 0; second < 25; second++) {
    story.measure('errors', judged(second === 12 ? 'inconclusive' : 'pass', 0.001)).after(1000);
  }
  const lines = told(story.events)
    .split('\n')
    .filter((text) => text.includes('gate errors'));
  expect(lines.map((text) => text.trim().split(' ')[0])).toEqual([
    '+0.0s',
    '+10.0s',
    '+12.0s',
    '+13.0s',
    '+23.0s',
  ]);
});

test('on a narrow terminal a sentence goes on below itself, and what can be typed stays whole', () => {
  const words = (text: string) => text.replaceAll(/^ *\+\S+ /gm, ' ').replaceAll(/\s+/g, ' ');
  const whole = told(rolledBack().events);
  for (let columns = 40; columns <= 80; columns++) {
    const page = new Page(columns);
    const reporter = plainReporter({ stream: page, color: false, now: () => 0 });
    for (const event of rolledBack().events) reporter.report(event);
    const long = page.text.split('\n').filter((text) => [...text].length > columns);
    expect(long.filter((text) => !text.includes('next: deployctl '))).toEqual([]);
    expect(words(page.text)).toBe(words(whole));
  }
});

test('a batch that is done says how the traffic is split now', () => {
  expect(told(batchDone().events)).toContain('traffic: v1 66.7 %, v2 33.3 %');
  expect(told(batchDone('failed').events)).not.toContain('traffic:');
});

test('the same progress is not told twice', () => {
  const story = new Story().begin().start(0);
  for (const message of ['1 of 4 ready', '1 of 4 ready', '2 of 4 ready']) {
    story.tell('step-progress', { step: '01-start', message });
  }
  expect(told(story.events).match(/of 4 ready/g)).toHaveLength(2);
});

test('a pause says how to go on, and never offers to go forward on the way back', () => {
  const story = new Story().begin();
  const forward = story.tell('paused', {
    stop: 'interrupted',
    reason: 'SIGINT',
    direction: 'forward',
    undo: false,
  });
  expect(told(forward.events)).toMatch(/next: deployctl resume kq3vx7ab +continue from here/);
  const back = turnedRound().tell('paused', {
    stop: 'stuck',
    reason: 'quota',
    direction: 'back',
    undo: false,
  });
  expect(told(back.events)).toContain('The rollback did not work: a person must look.');
  expect(told(back.events)).toMatch(/next: deployctl resume kq3vx7ab +continue the rollback/);
});

test('foreign text cannot move the cursor', () => {
  const story = turnedRound([ATTACK, ATTACK]);
  story.tell('notice', { level: 'warning', message: ATTACK });
  story.tell('retrying', { step: '03-route', error: ATTACK, attempt: 1, wait: 1000 });
  expect(isUnsafe(told(story.events))).toBe(false);
});

test('colour is there only when it is asked for', () => {
  expect(told(succeeded().events)).not.toContain('\u001b');
  expect(told(succeeded().events, true)).toContain('\u001b[32m');
});

test('a reader that went away ends nothing', () => {
  const failing = {
    write: () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    },
  };
  const reporter = plainReporter({ stream: failing, color: false, now: () => 0 });
  for (const event of succeeded().events) expect(() => reporter.report(event)).not.toThrow();
});
