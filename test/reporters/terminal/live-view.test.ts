import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { EMPTY_VIEW, reduce } from '../../../reporters/kit/view-state.ts';
import { render } from '../../../reporters/terminal/live-view.ts';
import { sparkline } from '../../../reporters/terminal/view-gates.ts';
import { weightBar } from '../../../reporters/terminal/view-weight.ts';
import type { GateSpec } from '../../../src/contract/index.ts';
import {
  ATTACK,
  isUnsafe,
  judged,
  planOf,
  rolledBack,
  Story,
  succeeded,
  turnedRound,
  underWay,
  waitingFor,
} from '../kit/story.ts';

const stateOf = (story: Story) => story.events.reduce(reduce, EMPTY_VIEW);

function picture(
  story: Story,
  size: { columns?: number; rows?: number } = {},
  level: 0 | 1 = 0,
): readonly string[] {
  const { columns = 80, rows = 50 } = size;
  const state = stateOf(story);
  const frame = state.ending === null ? '⠋' : '';
  return render(state, { columns, rows, now: story.at, paint: new Chalk({ level }), frame });
}

const STORIES = { underWay, turnedRound, waitingFor, rolledBack, succeeded };

describe.each([40, 80, 120])('in %i columns', (columns) => {
  test.each(Object.keys(STORIES))('the view of %s', async (name) => {
    const story = STORIES[name as keyof typeof STORIES]();
    const text = `${picture(story, { columns, rows: Infinity }).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`snapshots/view-${name}-${columns}.txt`);
  });
});

test('the step under way stands out, what is done is plain, and what is to come is dim', () => {
  const painted = picture(underWay(), { rows: Infinity }, 1).map((text) =>
    text.replaceAll('\u001b[', '<'),
  );
  const starts = ['start v2', 'watch 5 %', 'scale v2', 'retire v1'].map((title) =>
    painted.find((text) => text.includes(title)),
  );
  expect(starts).toEqual([
    expect.stringMatching(/^<32m✔ <39mstart/),
    expect.stringMatching(/^<1m▸ <22m<1mstage/),
    expect.stringMatching(/^<2m○ <22m<2mscale/),
    expect.stringMatching(/^<2m○ <22m<2mretire/),
  ]);
});

/** Rows of a terminal, which breaks what does not fit. */
const heightOf = (columns: number) => (line: string) =>
  Math.max(1, Math.ceil([...line].length / columns));

test('no line but a command is longer than the terminal is wide, and there are no more than it has', () => {
  for (const story of Object.values(STORIES).map((tell) => tell())) {
    for (let columns = 20; columns <= 140; columns += 3) {
      for (const rows of [4, 7, 10, 16, 23, 60]) {
        const lines = picture(story, { columns, rows });
        const [short, tall] = [(line: string) => !line.includes(' deployctl '), heightOf(columns)];
        const widths = lines.filter(short).map((line) => [...line].length);
        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
        expect(lines.reduce((sum, line) => sum + tall(line), 0)).toBeLessThanOrEqual(rows);
      }
    }
  }
});

test('in few rows the step that goes on is still there, and what is done is summed up', () => {
  const lines = picture(underWay(), { rows: 14 });
  expect(lines.some((line) => line.startsWith('▸ stage 1 of 3: watch 5 %'))).toBe(true);
  expect(lines).toContain('✔ 3 steps done');
  expect(lines.some((line) => /^○ \d+ steps to come$/.test(line))).toBe(true);
});

test('in very few rows a question is still there, with its answer', () => {
  const lines = picture(waitingFor(), { rows: 8 });
  expect(lines).toContain('? Give v2 100 % of the traffic?');
  expect(lines).toContain('  deployctl approve kq3vx7ab  go on');
});

test('foreign text moves nothing and stays on its line', () => {
  const story = turnedRound([ATTACK]).measure('errors', judged('error', 0, ATTACK));
  story.tell('step-progress', { step: 'back-01-route', message: ATTACK });
  story.tell('notice', { level: 'warning', message: ATTACK });
  expect(isUnsafe(picture(story).join(''))).toBe(false);
});

test('a picture in colour has the same text', () => {
  const colored = picture(turnedRound(), {}, 1);
  expect(colored.join('\n')).toContain('\u001b[31m');
  expect(colored.map(stripVTControlCharacters)).toEqual(picture(turnedRound()));
});

test('a little traffic is never drawn as none, nor almost all as all', () => {
  const drawn = (weight: number) =>
    weightBar({ ...stateOf(underWay()), weight }, 80)[2]?.text.length;
  expect([0, 0.1, 50, 99.9, 100].map(drawn)).toEqual([0, 1, 20, 39, 40]);
});

test('a trend is drawn against its limit', () => {
  expect(sparkline([0, 0.025, 0.05], 0.05)).toBe('▁▅█');
  expect(sparkline([0, 0], null)).toBe('▁▁');
  expect(sparkline([1, 4], 2)).toBe('▃█');
});

test('a step that is under way when the holder lets go is left as it is', () => {
  const story = underWay();
  story.tell('paused', {
    stop: 'interrupted',
    reason: 'SIGINT',
    direction: 'forward',
    undo: false,
  });
  const lines = picture(story);
  expect(lines.find((text) => text.startsWith('▸'))).toMatch(/watch 5 % .* left as it is$/);
  expect(lines.join('\n')).not.toContain('━');
});

describe('the gates', () => {
  const yes = {
    value: 1,
    limit: 1,
    unit: 'yesNo',
    verdict: 'pass',
    reason: '200 in 3 ms',
  } as const;
  const gate = (story: Story, name: string, size = {}) =>
    picture(story, size).find((text) => text.includes(` ${name} `)) ?? '';

  test('of a check that is over are gone while it goes on, and back at the end', () => {
    const early = new Story().begin().start(1).measure('smoke', yes).end(1, 100);
    expect(gate(early, 'smoke')).not.toBe('');
    early.start(3).measure('errors', judged('pass', 0.001));
    expect(gate(early, 'smoke')).toBe('');
    early.tell('ended', { result: 'succeeded', reason: '', observation: null, took: 1000 });
    expect(gate(early, 'smoke')).not.toBe('');
  });

  test('that answer yes or no show no limit, and a no stands out', () => {
    const story = new Story().begin().start(3);
    for (const value of [1, 0, 1]) story.measure('errors', { ...yes, value });
    expect(gate(story, 'errors')).toBe('✔ errors       yes    ▁█▁  pass');
  });

  test('say whether their limit is the most or the least', () => {
    const plan = planOf();
    const errors = plan.gates.errors as GateSpec;
    const floor = { ...errors, judge: { ...errors.judge, max: null, min: 3 } };
    const story = new Story({ ...plan, gates: { ...plan.gates, errors: floor } }).begin().start(3);
    story.measure('errors', { ...judged('pass', 20), limit: 3, unit: 'perSecond' });
    expect(gate(story, 'errors')).toContain('20/s  min 3/s');
  });

  test('that fail only in the end, all readings together, are shown as failed', () => {
    const story = underWay();
    const reason = 'errors: 9 % in all (36 of 400), limit 5 %';
    story.tell('turned', { reason, gate: 'errors', course: [], logs: [] });
    expect(gate(story, 'errors')).toMatch(/^✖ errors .* fail: 9 % in all \(36 of 400\)$/);
  });

  test('that are not well come first where there is no room for all', () => {
    const story = underWay();
    const lines = picture(story, { rows: 6 });
    expect(lines.at(-1)).toMatch(/^\? latency/);
  });

  test('repeat no value that stands beside them, nor the verdict where there is no room', () => {
    const reason = '10 % (1 of 10), limit 5 %: not statistically significant yet';
    const story = new Story()
      .begin()
      .start(3)
      .measure('errors', judged('inconclusive', 0.1, reason));
    expect(gate(story, 'errors', { columns: 100 })).toContain(
      'inconclusive: 1 of 10: not statistically significant yet',
    );
    expect(gate(story, 'errors', { columns: 56 })).toMatch(/█ {2}1 of 10: not statis/);
  });
});

test('in a narrow terminal the commands to come stand alone on their lines', () => {
  expect(picture(succeeded(), { columns: 40 })).toContain('  next: deployctl rollback kq3vx7ab');
});

test.each([
  ['next', succeeded, 'deployctl rollback kq3vx7ab'],
  ['as an answer', waitingFor, 'deployctl approve kq3vx7ab'],
])('what is there to be typed %s is never cut', (_, tell, command) => {
  const typed = (text: string) => `${text} --config examples/approval.yaml`;
  for (const columns of [20, 40, 60, 200])
    for (const rows of [30, Infinity]) {
      const screen = { columns, rows, now: tell().at, paint: new Chalk({ level: 0 }), frame: '' };
      const lines = render(stateOf(tell()), { ...screen, typed });
      expect(lines.some((line) => line.includes(typed(command)))).toBe(true);
    }
});

test('a notice goes on in the next line, and what the answers do stands below each other', () => {
  const message = 'Answer here: y or n, then Enter. Or from another terminal, as shown above.';
  const story = waitingFor();
  story.tell('notice', { level: 'info', message });
  expect(picture(story, { columns: 60 }).slice(-4)).toEqual([
    '  deployctl approve kq3vx7ab  go on',
    '  deployctl reject kq3vx7ab   go back',
    'Answer here: y or n, then Enter. Or from another terminal,',
    'as shown above.',
  ]);
});

test('a deployment that was resumed has its earlier steps behind it', () => {
  const story = new Story().begin({ resumed: true }).start(4);
  expect(
    stateOf(story)
      .rows.map(({ mark }) => mark)
      .slice(0, 6),
  ).toEqual(['done', 'done', 'done', 'done', 'active', 'todo']);
});

test('one that is resumed on its way back shows the way as it comes to know it', () => {
  const story = new Story().begin({ resumed: true, direction: 'back' });
  const step = { ...story.stepAt(2), id: 'back-01-route', title: 'traffic back to v1' };
  story.tell('step-begun', { step, number: 1, of: 2, direction: 'back' });
  expect(picture(story).some((line) => line.startsWith('▸ traffic back to v1'))).toBe(true);
  expect(picture(story)).toContain('↩ rolling back');
});

test('who picks a deployment up again sees what the holder before had read back', () => {
  const before = new Story().begin().upTo(3);
  const outcomes = before.events.flatMap((event) =>
    event.type === 'step-ended' ? [event.data.outcome] : [],
  );
  const state = stateOf(new Story().begin({ resumed: true, outcomes }));
  expect(state.weight).toBe(stateOf(before).weight);
  expect(state.weight).toBeGreaterThan(0);
  expect(state.rows.slice(0, 3).map(({ mark, took }) => [mark, took])).toEqual([
    ['done', 2000],
    ['done', 2000],
    ['done', 2000],
  ]);
});

test('who picks up a way back sees both, what was done and what is left', () => {
  const before = turnedRound();
  const { rows, course, weight } = stateOf(before);
  const outcomes = before.events.flatMap((event) =>
    event.type === 'step-ended' ? [event.data.outcome] : [],
  );
  const resumed = { resumed: true, direction: 'back', outcomes } as const;
  const steps = course.map(({ step }) => step);
  const state = stateOf(new Story().begin({ ...resumed, course: steps }));
  expect(state.weight).toBe(weight);
  expect(state.course.map(({ step }) => step)).toEqual(steps);
  const finished = rows.filter(({ mark }) => mark === 'done').map(({ step }) => step.id);
  expect(state.rows.filter(({ mark }) => mark === 'done').map(({ step }) => step.id)).toEqual(
    finished,
  );
});

test('what waits for its gates longer than its time does not count down for ever', () => {
  const story = new Story().begin().upTo(3).start(3);
  const header = () => picture(story)[1] ?? '';
  expect(header()).toMatch(/about .* to go/);
  story.after(3_600_000);
  expect(header()).toMatch(/, then about .* more/);
});
