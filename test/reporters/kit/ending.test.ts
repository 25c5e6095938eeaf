import { describe, expect, test } from 'vitest';
import { endingOf, pauseOf } from '../../../reporters/kit/ending.ts';
import type { EventMap, Plan, Stop } from '../../../src/contract/index.ts';
import { releaseOf } from '../../strategies/scenes.ts';
import { planOf } from './story.ts';

const ID = 'kq3vx7ab';
const beforeOf = (live: Plan['before']['live']): Plan['before'] => ({
  live,
  split: null,
  units: 0,
});

function ended(plan: Plan, over: Partial<EventMap['ended']> = {}) {
  const said = { result: 'succeeded', reason: '', observation: null, took: 1000 } as const;
  return endingOf({ id: ID, plan }, { ...said, ...over });
}

const commands = ({ next }: { next: readonly { command: string }[] }) =>
  next.map(({ command }) => command.replace('deployctl ', ''));

describe('after a deployment', () => {
  test('its id is offered to undo it', () => {
    expect(commands(ended(planOf()))).toEqual([`rollback ${ID}`, 'status']);
  });

  test('that was a rollback the version before is offered, because its id would be refused', () => {
    const { next } = ended(planOf({ undoes: 'other', before: beforeOf(releaseOf('v3')) }));
    expect(next[0]).toEqual({ command: 'deployctl rollback --to v3', why: 'bring v3 back' });
  });

  test('whose version before is no word for a shell its id is offered', () => {
    const odd = { ...releaseOf('v3'), version: 'v3; rm -rf /' };
    const { next } = ended(planOf({ undoes: 'other', before: beforeOf(odd) }));
    expect(next[0]?.command).toBe('deployctl rollback --to v3-abc');
  });

  test.each([null, 'other'])('that was the first there is nothing to go back to', (undoes) => {
    expect(commands(ended(planOf({ undoes, before: beforeOf(null) })))).toEqual(['status']);
  });

  test('that was rolled back its own history is offered, and what it wrote where it ran on this machine', () => {
    const back = { result: 'rolled-back', reason: 'crashed' } as const;
    expect(commands(ended(planOf(), back))).toEqual(['status', `history ${ID}`]);
    const { target, release } = planOf();
    const identity = { ...target.identity, place: { machine: 'm', home: '/srv' } };
    const here = planOf({ target: { ...target, identity } });
    const logs = `logs ${release.version}`;
    expect(commands(ended(here, back))).toEqual([logs, 'status', `history ${ID}`]);
    const failed = { stop: 'failed', reason: '', direction: 'forward', undo: false } as const;
    expect(commands(pauseOf({ id: ID, plan: here }, failed))[0]).toBe(logs);
  });

  test('that is told from records nothing is said of what serves now', () => {
    expect(ended(planOf()).state).toBeNull();
  });
});

describe('after a stop', () => {
  const stopped = (stop: Stop, direction: 'forward' | 'back' = 'forward', undo = false) =>
    pauseOf({ id: ID, plan: planOf() }, { stop, reason: 'why', direction, undo });

  test.each<[Stop, string[]]>([
    ['interrupted', [`resume ${ID}`, `rollback ${ID}`]],
    ['waiting', [`approve ${ID}`, `reject ${ID}`]],
    ['failed', [`resume ${ID}`, `rollback ${ID}`]],
    ['diverged', ['status', `resume ${ID}`, `rollback ${ID}`]],
    ['stuck', [`history ${ID}`, `resume ${ID}`]],
  ])('%s come the commands that make sense', (stop, expected) => {
    expect(commands(stopped(stop))).toEqual(expected);
  });

  test('failed says that resume tries again, stuck that it goes on backwards', () => {
    expect(stopped('failed').next[0]?.why).toBe('try the step again');
    expect(stopped('stuck').next[1]?.why).toBe('continue the rollback');
  });

  test('on the way back nothing is offered that leads forward', () => {
    expect(commands(stopped('interrupted', 'back'))).toEqual([`resume ${ID}`]);
  });

  test('because a hook cannot be undone, the way past it is offered', () => {
    const expected = [`history ${ID}`, `resume ${ID}`, `rollback ${ID} --skip-undo`];
    expect(commands(stopped('stuck', 'back', true))).toEqual(expected);
  });
});
