import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/contract/index.ts';
import { canary } from '../../../strategies/canary/plan.ts';
import { able, canarySettings, inputOf, nothing, observed, seen, stage, table } from '../scenes.ts';

const plan = (...args: Parameters<typeof inputOf<ReturnType<typeof canarySettings>>>) =>
  canary.plan(inputOf(...args));
const settings = canarySettings;

test('a canary goes up stage by stage, and has the capacity before the traffic', () => {
  expect(table(plan(settings()))).toEqual([
    '01-start start v2 at 5 % capacity',
    '02-check check v2 at its own address',
    '03-route stage 1 of 3: 5 % to v2',
    '04-hold stage 1 of 3: watch 5 % for 1m [errors]',
    '05-scale scale v2 to 25 % capacity [errors]',
    '06-route stage 2 of 3: 25 % to v2',
    '07-hold stage 2 of 3: watch 25 % for 1m [errors]',
    '08-scale scale v2 to full capacity [errors]',
    '09-route stage 3 of 3: 100 % to v2',
    '10-promote v2 becomes the live version',
    '11-bake bake v2 for 5m [errors latency]',
    '12-hold keep the old version warm',
    '13-retire retire v1',
  ]);
});

describe('stages in which nothing is waited for', () => {
  const passing = { duration: 0 };
  const quick = (over: Parameters<typeof settings>[0]) => plan(settings({ gates: [], ...over }));
  const routes = (steps: readonly Step[]) =>
    steps.flatMap(({ action }) => (action.kind === 'route' ? [action.passing ?? false] : []));

  test('have what they need from the first of them on, and only behind the last proxies are waited for', () => {
    const stages = [
      stage(25, passing),
      stage(50, passing),
      stage(75, passing),
      stage(100, passing),
    ];
    const steps = quick({ stages });
    expect(table(steps).slice(0, 7)).toEqual([
      '01-start start v2 at full capacity',
      '02-check check v2 at its own address',
      '03-route stage 1 of 4: 25 % to v2',
      '04-route stage 2 of 4: 50 % to v2',
      '05-route stage 3 of 4: 75 % to v2',
      '06-route stage 4 of 4: 100 % to v2',
      '07-promote v2 becomes the live version',
    ]);
    expect(routes(steps)).toEqual([true, true, true, false]);
  });

  test('are together up to the next that is held', () => {
    const steps = quick({ stages: [stage(5, passing), stage(20), stage(100)] });
    expect(steps[0]?.action).toMatchObject({ kind: 'start', capacity: 20 });
    expect(routes(steps)).toEqual([true, false, false]);
  });

  test.each([
    ['a gate watches it', { stages: [stage(5, { ...passing, gates: ['errors'] }), stage(50)] }],
    [
      'a person is asked before the next',
      { stages: [stage(5, passing), stage(50, { approval: { question: null, expires: 1 } })] },
    ],
    ['the next one has less', { stages: [stage(50, passing), stage(20)] }],
  ])('are none where %s', (_, over) => {
    const [first] = over.stages;
    const steps = quick(over);
    expect(routes(steps)[0]).toBe(false);
    expect(steps[0]?.action).toMatchObject({ kind: 'start', capacity: first?.weight });
  });

  test('keep a capacity that is written', () => {
    const steps = quick({ stages: [stage(5, { ...passing, capacity: 10 }), stage(50)] });
    expect(steps[0]?.action).toMatchObject({ kind: 'start', capacity: 10 });
    expect(table(steps)[3]).toBe('04-scale scale v2 to 50 % capacity');
  });
});

test('the approval is asked before the last stage, while the gates go on watching', () => {
  const steps = plan(settings({ approval: { question: null, expires: 1000 } }));
  const at = steps.findIndex(({ action }) => action.kind === 'approve');
  expect(table(steps).slice(at, at + 2)).toEqual([
    '09-approve ask before 100 % [errors]',
    '10-route stage 3 of 3: 100 % to v2',
  ]);
  expect(steps[at]?.action).toMatchObject({ question: 'Give v2 100 % of the traffic?' });
});

test("a stage's own approval is asked before that stage, with its own question", () => {
  const approval = { question: 'Go on?', expires: 1000 };
  const steps = plan(settings({ stages: [stage(5), stage(25, { approval })] }));
  const asked = steps.filter(({ action }) => action.kind === 'approve');
  expect(
    asked.map(({ title, action }) => [title, 'question' in action && action.question]),
  ).toEqual([['ask before 25 %', 'Go on?']]);
});

test('a last stage of 100 % is understood when it is not written', () => {
  const written = plan(settings({ stages: [stage(5), stage(100, { duration: 0 })] }));
  expect(plan(settings({ stages: [stage(5)] }))).toEqual(written);
});

test('after 100 % nothing is held unless the stage says so', () => {
  const steps = plan(settings({ stages: [stage(5), stage(100)] }));
  expect(table(steps)).toContain('07-hold stage 2 of 2: watch 100 % for 1m [errors]');
});

test('weights may go down, and the capacity follows after the traffic has left', () => {
  const steps = plan(settings({ stages: [stage(5), stage(50), stage(20), stage(100)] }));
  expect(table(steps).slice(4, 10)).toEqual([
    '05-scale scale v2 to 50 % capacity [errors]',
    '06-route stage 2 of 4: 50 % to v2',
    '07-hold stage 2 of 4: watch 50 % for 1m [errors]',
    '08-route stage 3 of 4: 20 % to v2',
    '09-scale scale v2 to 20 % capacity [errors]',
    '10-hold stage 3 of 4: watch 20 % for 1m [errors]',
  ]);
});

test('a capacity given for one stage holds until another is given', () => {
  const steps = plan(settings({ stages: [stage(5, { capacity: 100 }), stage(50), stage(100)] }));
  expect(steps.map(({ action }) => action.kind)).not.toContain('scale');
  expect(steps[0]?.action).toMatchObject({ kind: 'start', capacity: 100, weights: [5, 50, 100] });
});

test('a match lets people in from its stage on, and is gone with the last', () => {
  const match = { header: { name: 'x-preview', value: 'yes' } };
  const steps = plan(settings({ stages: [stage(0, { match }), stage(50), stage(100)] }));
  const matches = steps.flatMap(({ action }) => (action.kind === 'route' ? [action.match] : []));
  expect(matches).toEqual([{ release: 'v2-abc', ...match }, { release: 'v2-abc', ...match }, null]);
});

test("a stage's gates watch besides those of the deployment, and its policy is its own", () => {
  const stages = [stage(5, { gates: ['errors', 'orders'], onFailure: 'ask' }), stage(100)];
  const hold = plan(settings({ stages, onFailure: { shift: 'hold' } })).find(
    ({ action }) => action.kind === 'hold',
  );
  expect(hold).toMatchObject({ watch: ['errors', 'orders'], onFailure: 'ask' });
  const later = plan(settings({ stages, onFailure: { shift: 'hold' } })).findLast(
    ({ phase }) => phase === 'shift',
  );
  expect(later?.onFailure).toBe('hold');
});

test('a candidate that has traffic already keeps the capacity it needs until it has less', () => {
  const observation = observed({
    releases: [seen('v1'), seen('v2', { capacity: 40 })],
    split: { 'v1-abc': 60, 'v2-abc': 40 },
  });
  expect(table(plan(settings(), { observation })).slice(0, 5)).toEqual([
    '01-start start v2 at 40 % capacity',
    '02-check check v2 at its own address',
    '03-route stage 1 of 3: 5 % to v2',
    '04-scale scale v2 to 5 % capacity [errors]',
    '05-hold stage 1 of 3: watch 5 % for 1m [errors]',
  ]);
});

test('a first deployment takes all of the traffic and says so', () => {
  const observation = { ...nothing, capabilities: { ...able, weights: { step: 50 } } };
  expect(table(plan(settings({ preflight: ['smoke'] }), { observation }))).toEqual([
    '01-start first deployment: start v2 at full capacity',
    '02-check check v2 at its own address',
    '03-route 100 % to v2',
    '04-promote v2 becomes the live version',
    '05-bake bake v2 for 5m [errors latency]',
  ]);
});

test('the candidate never has more traffic than the stage it is in', () => {
  const weights = [5, 25, 10, 60];
  const steps = plan(settings({ stages: weights.map((weight) => stage(weight)) }));
  const parts = steps.filter(({ phase }) => phase === 'shift');
  for (const [index, weight] of [...weights, 100].entries()) {
    const own = parts.filter(({ title }) => title.startsWith(`stage ${index + 1} of 5`));
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ estimate }) => estimate.weight === weight)).toBe(true);
  }
});

test('a single stage of 100 % still lets the gates watch, in a bake', () => {
  const steps = plan(
    settings({ stages: [stage(100, { duration: 0 })], bake: { duration: 0, gates: [] } }),
  );
  expect(table(steps)[4]).toBe('05-bake bake v2 until every gate has passed [errors]');
});

describe('a canary is refused in words', () => {
  const refused = (
    over: Parameters<typeof settings>[0],
    capabilities = {},
    releases = [seen('v1')],
  ) =>
    expect(() =>
      plan(settings(over), {
        observation: observed({ releases, capabilities: { ...able, ...capabilities } }),
      }),
    );

  test('when the target cannot do it at all', () => {
    refused({}, { cannot: { route: 'It has no router.' } }).toThrow(
      'This target cannot do a canary deployment.',
    );
  });

  test('when a weight falls between the steps of the router', () => {
    refused({}, { weights: { step: 25 } }).toThrow('cannot give a release 5 % of the traffic');
    refused({ stages: [stage(12.5)] }, { weights: { step: 12.5 } }).not.toThrow();
  });

  test('when a weight is not one of the few that the router knows', () => {
    refused({}, { weights: { only: [5, 50] } }).toThrow(
      'cannot give a release 25 % of the traffic',
    );
  });

  test('when weights go down where they cannot', () => {
    refused({ stages: [stage(50), stage(20)] }, { weightsDown: false }).toThrow('(50 % to 20 %)');
  });

  test('when the router has no such match', () => {
    const match = { cookie: { name: 'beta', value: '1' } };
    refused({ stages: [stage(5, { match })] }, { match: { header: true, cookie: false } }).toThrow(
      'cannot route by cookie (beta)',
    );
  });

  test('when a stage gets more traffic than it has capacity for', () => {
    refused({ stages: [stage(20, { capacity: 10 })] }).toThrow(
      'stage 1 of 2 gives 20 % of the traffic to 10 % of the capacity.',
    );
  });

  test('when what serves is too ill to keep a part of the traffic', () => {
    const ill = seen('v1', { health: 'unhealthy', ready: 0 });
    refused({}, {}, [ill]).toThrow('v1 serves now and is unhealthy');
  });

  test('with why, the state and what to do next', () => {
    try {
      plan(settings(), {
        observation: observed({ capabilities: { ...able, cannot: { route: 'No router.' } } }),
      });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'plan-refused',
        why: 'No router.',
        state: 'Nothing was touched.',
        next: ['deployctl plan --strategy rolling'],
      });
    }
  });
});

test('the live release is started again when nothing of it runs, as after a reboot', () => {
  const observation = observed({
    releases: [seen('v2', { ready: 0, capacity: 0, health: 'unhealthy' })],
    live: 'v2-abc',
    split: { 'v2-abc': 100 },
  });
  const [first] = table(plan(settings(), { observation }));
  expect(first).toContain('all of the traffic again: start v2');
});

test('a stage without a duration is held until its one gate has passed, and the shortest without any', () => {
  const gated = plan(settings({ stages: [stage(5, { duration: 0 })] }));
  expect(table(gated)).toContain('04-hold stage 1 of 2: until every gate has passed [errors]');
  const short = plan(settings({ gates: [], stages: [stage(5, { duration: 1 })] }));
  expect(table(short)).toContain('04-hold stage 1 of 2: watch 5 % for 1ms');
});

test('a stage without traffic has one unit, and proves nothing to the gates', () => {
  const steps = plan(
    settings({ stages: [stage(0), stage(100, { duration: 0 })], bake: { duration: 0, gates: [] } }),
  );
  expect(table(steps)[0]).toBe('01-start start v2 at 1 % capacity');
  expect(table(steps)).toContainEqual(
    expect.stringContaining('bake v2 until every gate has passed [errors]'),
  );
});

test('the gates watch while somebody is asked, from the first percent on', () => {
  const approval = { question: null, expires: 1000 };
  const steps = plan(settings({ stages: [stage(1), stage(50, { approval })] }));
  expect(table(steps)).toContainEqual(expect.stringContaining('ask before 50 % [errors]'));
});

test('a bake of its own gates alone is one, under all of the traffic', () => {
  const steps = plan(settings({ bake: { duration: 0, gates: ['latency'] } }));
  const bake = steps.find(({ action }) => action.kind === 'bake');
  expect(bake).toMatchObject({ watch: ['errors', 'latency'], estimate: { weight: 100 } });
});

test('nothing is cleared away while the candidate has one percent', () => {
  const observation = observed({
    releases: [seen('v0'), seen('v1'), seen('v2', { capacity: 5 })],
    split: { 'v1-abc': 99, 'v2-abc': 1 },
  });
  const titles = table(plan(settings(), { observation }));
  expect(titles).not.toContainEqual(expect.stringContaining('clear away'));
  expect(titles.at(-1)).toContain('retire v0');
});

test('a weight that is no percentage is refused', () => {
  for (const weight of [120, -1, Number.NaN])
    expect(() => plan(settings({ stages: [stage(weight, { capacity: 100 })] }))).toThrow(
      `stage 1 of 2 asks for ${weight} % of the traffic.`,
    );
});
