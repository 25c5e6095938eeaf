import { expect, test } from 'vitest';
import type { JournalRecord, Outcome, RecordBody } from '../../../src/contract/index.ts';
import { open, readNewest } from '../../../src/engine/index.ts';
import {
  advance,
  begunSteps,
  type DeploymentState,
  nextStep,
  replay,
} from '../../../src/engine/journal/state.ts';
import { begin, newest, servingWorld, TARGET } from '../stage.ts';

async function opened(): Promise<{ state: DeploymentState; first: JournalRecord }> {
  const world = servingWorld();
  const { journal, state } = await world.clock.run(begin(world));
  return { state, first: journal.head as JournalRecord };
}

const then = (state: DeploymentState, first: JournalRecord, ...bodies: RecordBody[]) =>
  bodies.reduce(
    (before, body) =>
      advance(before, { ...first, seq: before.seq + 1, at: before.changedAt, body }),
    state,
  );

const done = (step: string): Outcome => ({
  step,
  result: 'done',
  reason: null,
  gate: null,
  took: 1,
});
const failed = (step: string): Outcome => ({ ...done(step), result: 'failed', reason: 'no' });
const intent = (step: string, outcome: Outcome | null = null): RecordBody => ({
  kind: 'step',
  outcome,
  intent: step,
});

test('an intent is in flight until its outcome is recorded, with whatever record that is', async () => {
  const { state, first } = await opened();
  const begun = then(state, first, intent('01-start'));
  expect(begun.inFlight).toBe('01-start');
  const outcome = done('01-start');
  for (const body of [
    intent('02-route', outcome),
    { kind: 'paused', stop: 'interrupted', reason: '', outcome },
    { kind: 'turned', reason: '', gate: null, outcome, course: [] },
    { kind: 'ended', result: 'succeeded', reason: '', outcome },
  ] as const) {
    const after = then(begun, first, body);
    expect(after.outcomes).toEqual([outcome]);
    expect(after.inFlight).toBe(body.kind === 'step' ? '02-route' : null);
  }
});

test('what was in flight when the way back began was begun: what was sent may be true', async () => {
  const { state, first } = await opened();
  const turned: RecordBody = { kind: 'turned', reason: '', gate: null, outcome: null, course: [] };
  const back = then(state, first, intent('02-route', done('01-start')), turned);
  expect(back.inFlight).toBeNull();
  expect(begunSteps(back).map(({ id }) => id)).toEqual(['01-start', '02-route']);
});

test('a step that was left for an earlier one was begun, and counts as done by no means', async () => {
  const { state, first } = await opened();
  const left = then(
    state,
    first,
    intent('01-start'),
    intent('02-route', done('01-start')),
    intent('01-start'),
  );
  expect(left.inFlight).toBe('01-start');
  expect(begunSteps(left).map(({ id }) => id)).toEqual(['01-start', '02-route']);
  expect(nextStep(left, done('01-start'))?.id).toBe('02-route');
});

test('a pause without an outcome leaves the step in flight, so that a resume looks at it first', async () => {
  const { state, first } = await opened();
  const paused = { kind: 'paused', stop: 'interrupted', reason: '', outcome: null } as const;
  const rested = then(state, first, intent('01-start'), paused);
  expect([rested.inFlight, rested.stopped?.stop]).toEqual(['01-start', 'interrupted']);
});

test('the next step is the first without a good outcome, counting one not recorded yet', async () => {
  const { state, first } = await opened();
  const after = then(state, first, intent('01-start'), intent('02-route', done('01-start')));
  expect(nextStep(after, null)?.id).toBe('02-route');
  expect(nextStep(after, done('02-route'))?.id).toBe('03-hold');
  expect(nextStep(after, failed('02-route'))?.id).toBe('02-route');
});

test('what was begun counts for the way back, whatever became of it', async () => {
  const { state, first } = await opened();
  const after = then(state, first, intent('01-start'), intent('02-route', failed('01-start')));
  expect(begunSteps(after).map(({ id }) => id)).toEqual(['01-start', '02-route']);
});

test('a wish for another deployment or plan is counted and not kept', async () => {
  const { state, first } = await opened();
  const control = {
    kind: 'abort',
    deployment: 'another',
    actor: { name: 'eve', host: 'x', url: null },
    at: 0,
    planHash: state.plan.hash,
    reason: null,
    nonce: 'n',
  } as const;
  const after = then(state, first, { kind: 'control', control, seq: 4 });
  expect([after.controls, after.controlSeq]).toEqual([[], 4]);
});

test('a chapter that does not begin with its plan, or begins twice, is no chapter', async () => {
  const { state, first } = await opened();
  const other = { ...first, body: intent('01-start') };
  expect(() => replay([other])).toThrow(/begins with its plan/);
  expect(() => advance(state, first)).toThrow(/opened once/);
});

test('nothing is opened over a deployment that is unfinished', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  const state = await newest(world);
  const work = readNewest(world, TARGET).then((found) =>
    open(world, (state as DeploymentState).plan, found),
  );
  await expect(world.clock.run(work)).rejects.toMatchObject({ code: 'held' });
});
