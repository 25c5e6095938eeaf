import { describe, expect, test } from 'vitest';
import type { ApprovalRules, Approve } from '../../../src/contract/index.ts';
import { drive, objectionTo, readNewest, resume, sendControl } from '../../../src/engine/index.ts';
import { APPROVAL_KEY, signed } from '../../helpers/signed.ts';
import { canaryActions, no, type TestWorld } from '../../helpers/world.ts';
import {
  type Actions,
  at,
  begin,
  canaryOf,
  never,
  newest,
  servingWorld,
  TARGET,
} from '../stage.ts';

const KEY = { fromEnv: 'APPROVAL_KEY' };

function asking(rules: ApprovalRules, expires = 600_000): Approve {
  return { kind: 'approve', question: 'ship it?', expires, rules };
}

const courseOf = (...questions: Actions): Actions => [
  ...canaryActions.slice(0, 2),
  ...questions,
  ...canaryActions.slice(3),
];

interface Yes {
  readonly name: string;
  readonly reason?: string;
  readonly kind?: 'approve' | 'promote';
  /** Made of what the deployment is. */
  token?(about: { deployment: string; plan: string; at: number }): string;
}

async function say(world: TestWorld, { name, reason, kind = 'approve', token }: Yes) {
  const state = await newest(world);
  if (!state) throw new Error('nothing to answer');
  const made = token?.({ deployment: state.id, plan: state.plan.hash, at: world.clock.wall() });
  const wish = {
    kind,
    reason: reason ?? null,
    actor: { name, host: 'desk', url: null },
    ...(made === undefined ? {} : { token: made }),
  };
  const objection = await objectionTo(world, state, wish);
  await sendControl(world, state, wish);
  return objection;
}

/** A deployment by ada, and what is said a minute apart; what it objected to and how it ended. */
async function asked(actions: Actions, answers: readonly Yes[], world = servingWorld()) {
  world.secrets.set('APPROVAL_KEY', APPROVAL_KEY);
  const running = begin(world, actions).then((session) => drive(session));
  const objections: (string | null)[] = [];
  answers.forEach((answer, index) => {
    at(world, 60_000 * (index + 1), async () => objections.push(await say(world, answer)));
  });
  const { result } = await world.clock.run(running);
  return { result, objections, said: noticesOf(world) };
}

const noticesOf = ({ events }: TestWorld) =>
  events.flatMap((event) => (event.type === 'notice' ? [event.data.message] : []));

const token =
  (name: string, over: object = {}, options: { id?: string; key?: string; early?: number } = {}) =>
  ({ deployment, plan, at }: { deployment: string; plan: string; at: number }) =>
    signed(
      { type: 'deployment.approved', data: { deployment, plan, name, reason: 'read it', ...over } },
      { at: at - (options.early ?? 0), id: options.id ?? `msg_${name}`, ...options },
    );

describe('whose yes counts:', () => {
  test.each<[string, ApprovalRules, Yes[], string]>([
    ['of two people', { quorum: 2 }, [{ name: 'bob' }, { name: 'cy' }], 'succeeded'],
    ['a second yes of the same', { quorum: 2 }, [{ name: 'bob' }, { name: 'Bob' }], 'rolled-back'],
    ['in another width', { quorum: 2 }, [{ name: 'bob' }, { name: 'ｂｏｂ' }], 'rolled-back'],
    ['with a mark', { quorum: 2 }, [{ name: 'bob' }, { name: 'bo\u200bb' }], 'rolled-back'],
    ['composed', { quorum: 2 }, [{ name: 'Zoë' }, { name: 'zoe\u0308' }], 'rolled-back'],
    ['spaced', { quorum: 2 }, [{ name: 'bob b' }, { name: ' bob\u00a0 b ' }], 'rolled-back'],
    ['the initiator, marked', { notInitiator: true }, [{ name: 'ada\u2060' }], 'rolled-back'],
    ['of the list', { approvers: ['Bob'] }, [{ name: 'bob' }], 'succeeded'],
    ['not of the list', { approvers: ['bob'] }, [{ name: 'eve' }], 'rolled-back'],
    ['the initiator', { notInitiator: true }, [{ name: 'ada' }], 'rolled-back'],
    ['somebody else', { notInitiator: true }, [{ name: 'bob' }], 'succeeded'],
    ['without words', { reason: true }, [{ name: 'bob', reason: ' ' }], 'rolled-back'],
    ['with words', { reason: true }, [{ name: 'bob', reason: 'fine' }], 'succeeded'],
    [
      'a promote of a stranger',
      { approvers: ['bob'] },
      [{ name: 'eve', kind: 'promote' }],
      'rolled-back',
    ],
    ['a token', { key: KEY }, [{ name: 'ci', token: token('bob') }], 'succeeded'],
    [
      'two tokens',
      { key: KEY, quorum: 2 },
      [
        { name: 'ci', token: token('bob') },
        { name: 'ci', token: token('cy') },
      ],
      'succeeded',
    ],
    ['no token', { key: KEY }, [{ name: 'bob' }], 'rolled-back'],
  ])('%s', async (_, rules, answers, result) => {
    const seen = await asked(courseOf(asking(rules)), answers);
    expect(seen.result).toBe(result);
    expect(seen.said.length).toBe(result === 'succeeded' ? 0 : 1);
    expect(seen.objections.at(-1) === null).toBe(result === 'succeeded');
  });

  test.each<[string, ReturnType<typeof token>, string]>([
    ['another deployment', token('bob', { deployment: 'k3v9' }), 'for another deployment'],
    ['another plan', token('bob', { plan: 'f00' }), 'for another plan'],
    ['nobody', token(' ', {}, { id: 'msg_1' }), 'does not name a person'],
    ['nobody to be seen', token('\u200b\u2060', {}, { id: 'msg_1' }), 'does not name a person'],
    [
      'signed with another key',
      token('bob', {}, { key: `whsec_${'A'.repeat(40)}` }),
      'was not made with the key',
    ],
    ['signed long ago', token('bob', {}, { early: 400_000 }), 'before it was sent'],
    ['signed for later', token('bob', {}, { early: -400_000 }), 'after it was sent'],
    ['another type', ({ at }) => signed({ type: 'ping' }, { at }), 'not of the type'],
    ['no JSON', ({ at }) => signed('yes', { at }), 'not of the type'],
    ['no token at all', () => 'yes', 'not of the form'],
  ])('a token for %s is refused in words, and does not count', async (_, made, words) => {
    const seen = await asked(courseOf(asking({ key: KEY })), [{ name: 'ci', token: made }]);
    expect(seen.result).toBe('rolled-back');
    expect(seen.objections).toEqual([expect.stringContaining(words)]);
    expect(seen.said).toEqual([expect.stringContaining(words)]);
  });

  test('a token counts once, also where the same deployment asks again', async () => {
    const twice = { name: 'ci', token: token('bob') };
    const again = { name: 'ci', token: token('bob', {}, { id: 'msg_2' }) };
    const question = asking({ key: KEY });
    const replayed = await asked(courseOf(question, question), [twice, twice]);
    expect(replayed.result).toBe('rolled-back');
    expect(replayed.objections).toEqual([null, expect.stringContaining('used before')]);
    expect((await asked(courseOf(question, question), [twice, again])).result).toBe('succeeded');
  });

  test('without its key a holder counts no token', async () => {
    const world = servingWorld();
    const running = begin(world, courseOf(asking({ key: KEY }))).then((session) => drive(session));
    world.secrets.set('APPROVAL_KEY', APPROVAL_KEY);
    world.secrets.delete('APPROVAL_KEY');
    at(world, 60_000, () => say(world, { name: 'ci', token: token('bob') }));
    expect((await world.clock.run(running)).result).toBe('rolled-back');
    expect(noticesOf(world)).toEqual([expect.stringContaining('cannot be read here')]);
  });
});

describe('a question of whose yes counts is followed by none that takes any:', () => {
  const ruled = { ...asking({ approvers: ['bob'] }), onFailure: 'ask' as const };

  test('a yes that did not count is none either when it has expired', async () => {
    const world = servingWorld();
    at(world, 700_000, () => say(world, { name: 'eve' }).catch(() => null));
    expect((await asked(courseOf(ruled), [{ name: 'eve' }], world)).result).toBe('rolled-back');
    expect(world.clock.monotonic()).toBeLessThan(620_000);
  });

  test('a gate that falls meanwhile leaves it to a person, who cannot say yes for others', async () => {
    const world = servingWorld();
    at(world, 90_000, () => world.readings.set('probe', () => no));
    const { result } = await asked(
      courseOf({ ...ruled, watch: ['probe'] }),
      [{ name: 'eve' }],
      world,
    );
    expect(result).toBe('failed');
  });
});

test('a yes to one question is none to whether a failure is borne', async () => {
  const world = servingWorld();
  const watch = ['probe'];
  const hold = { kind: 'hold', duration: 60_000, extension: 0, watch, onFailure: 'ask' } as const;
  at(world, 19_000, () => say(world, { name: 'bob' }));
  at(world, 20_000, () => world.readings.set('probe', () => no));
  const work = begin(world, canaryOf(hold)).then((session) => drive(session));
  at(world, 200_000, () => {
    world.readings.delete('probe');
    return say(world, { name: 'bob' });
  });
  expect((await world.clock.run(work)).result).toBe('succeeded');
  expect(world.clock.monotonic()).toBeGreaterThan(200_000);
});

test('a question says what is missing, and says it again after every answer', async () => {
  const world = servingWorld();
  const rules = { quorum: 2, approvers: ['bob', 'cy'], notInitiator: true } as const;
  await asked(courseOf(asking(rules)), [{ name: 'bob' }, { name: 'cy' }], world);
  const questions = world.events.flatMap(({ type, data }) =>
    type === 'waiting' && 'question' in data ? [data.question] : [],
  );
  expect(questions).toEqual([
    'ship it? (0 of 2 have approved; may approve: bob, cy; not the person who began it)',
    'ship it? (1 of 2 have approved (bob); may approve: bob, cy; not the person who began it)',
  ]);
});

test('a question expires also where nobody holds the deployment meanwhile', async () => {
  const world = servingWorld({ waitForApproval: false });
  const course = courseOf(asking({}, 600_000));
  const first = begin(world, course).then((session) => drive(session));
  expect((await world.clock.run(first)).result).toBe('waiting');
  await world.clock.run(world.clock.sleep(700_000));
  const objection = await world.clock.run(say(world, { name: 'bob' }));
  expect(objection).toContain('after the question had expired');
  const later = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(later)).result).toBe('rolled-back');
});

test('what was answered in time counts, however late it is taken up', async () => {
  const world = servingWorld({ waitForApproval: false });
  const first = begin(world, courseOf(asking({}, 600_000))).then((session) => drive(session));
  expect((await world.clock.run(first)).result).toBe('waiting');
  expect(await world.clock.run(say(world, { name: 'bob' }))).toBeNull();
  await world.clock.run(world.clock.sleep(700_000));
  const later = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(later)).result).toBe('succeeded');
});

test('a plan with rules says that it needs them, so that an older version does not take any yes', async () => {
  const plain = await begin(
    servingWorld(),
    courseOf({ kind: 'approve', question: '?', expires: 1 }),
  );
  const ruled = await begin(servingWorld(), courseOf(asking({ quorum: 2 })));
  expect(plain.state.plan.needs).toBeUndefined();
  expect(ruled.state.plan.needs).toEqual(['approval-rules']);
});
