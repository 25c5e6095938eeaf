import { describe, expect, test } from 'vitest';
import {
  type AfterTurn,
  type AskedBefore,
  afterTurn,
} from '../../../src/engine/lock/stop-requests.ts';
import {
  type FailureMove,
  type FailureSituation,
  moveAfterFailure,
} from '../../../src/engine/run/failure-move.ts';
import { type LoopMove, type LoopSituation, moveFor } from '../../../src/engine/run/loop.ts';
import { type CapacityWait, type Carrying, carryingFor } from '../../../src/engine/run/traffic.ts';

describe('the next move of the loop', () => {
  test.each<[LoopSituation, LoopMove]>([
    [{ wish: null, direction: 'forward', hasStep: true }, 'carry-out'],
    [{ wish: null, direction: 'back', hasStep: true }, 'carry-out'],
    [{ wish: null, direction: 'forward', hasStep: false }, 'finish'],
    [{ wish: 'turn', direction: 'forward', hasStep: true }, 'turn-round'],
    [{ wish: 'turn', direction: 'forward', hasStep: false }, 'turn-round'],
    [{ wish: 'turn', direction: 'back', hasStep: true }, 'carry-out'],
    [{ wish: 'turn', direction: 'back', hasStep: false }, 'finish'],
    [{ wish: 'pause', direction: 'forward', hasStep: true }, 'let-go'],
    [{ wish: 'pause', direction: 'back', hasStep: false }, 'let-go'],
  ])('%o: %s', (standing, move) => {
    expect(moveFor(standing)).toBe(move);
  });
});

describe('traffic that waits for capacity', () => {
  const seen = { seen: true, shrunk: false, short: true, leaving: false, late: false } as const;
  test.each<[CapacityWait, Carrying]>([
    [{ ...seen, shrunk: true, short: false, undone: 'unknown' }, 'repeat'],
    [{ ...seen, short: false, undone: 'unknown' }, 'carried'],
    [{ ...seen, short: false, leaving: true, undone: 'unknown' }, 'carried'],
    [{ ...seen, leaving: true, undone: 'unknown' }, 'stop'],
    [{ ...seen, seen: false, short: false, leaving: true, undone: 'unknown' }, 'stop'],
    [{ ...seen, seen: false, short: false, undone: 'unknown' }, 'unreachable'],
    [{ ...seen, undone: 'unknown' }, 'look-back'],
    [{ ...seen, late: true, undone: 'unknown' }, 'look-back'],
    [{ ...seen, late: true, undone: true }, 'repeat'],
    [{ ...seen, late: true, undone: false }, 'fail'],
    [{ ...seen, undone: false }, 'wait'],
  ])('%o: %s', (waiting, carrying) => {
    expect(carryingFor(waiting)).toBe(carrying);
  });
});

describe('where a failed step leads', () => {
  const failed: FailureSituation = {
    end: 'failed',
    direction: 'forward',
    isTurnWished: false,
    isHelpOnly: false,
    policy: 'rollback',
  };
  test.each<[string, Partial<FailureSituation>, FailureMove]>([
    ['a failure is rolled back', {}, { kind: 'roll-back' }],
    ['under hold it stops', { policy: 'hold' }, { kind: 'stop', stop: 'failed' }],
    ['under ask a person is asked', { policy: 'ask' }, { kind: 'ask' }],
    [
      'who wants it rolled back is stronger than hold',
      { policy: 'hold', isTurnWished: true },
      { kind: 'roll-back' },
    ],
    [
      'who wants it rolled back is not asked',
      { policy: 'ask', isTurnWished: true },
      { kind: 'roll-back' },
    ],
    ['a change by others is left', { end: 'diverged' }, { kind: 'leave', stop: 'diverged' }],
    [
      'a change by others is left whatever the policy',
      { end: 'diverged', policy: 'hold' },
      { kind: 'leave', stop: 'diverged' },
    ],
    [
      'a change by others is left on the way back, too',
      { end: 'diverged', direction: 'back' },
      { kind: 'leave', stop: 'diverged' },
    ],
    [
      'a change by others is rolled back for who wants that',
      { end: 'diverged', isTurnWished: true },
      { kind: 'roll-back' },
    ],
    ['denied credentials stop', { end: 'denied' }, { kind: 'leave', stop: 'denied' }],
    [
      'denied credentials stop the way back',
      { end: 'denied', direction: 'back' },
      { kind: 'leave', stop: 'denied' },
    ],
    [
      'a platform that does not answer stops',
      { end: 'unreachable' },
      { kind: 'leave', stop: 'failed' },
    ],
    [
      'a platform that does not answer makes the way back stuck',
      { end: 'unreachable', direction: 'back' },
      { kind: 'leave', stop: 'stuck' },
    ],
    [
      'a step of the way back that fails makes it stuck',
      { direction: 'back', policy: 'ask' },
      { kind: 'stop', stop: 'stuck' },
    ],
    [
      'a step that only helps does not hold up the way back',
      { direction: 'back', isHelpOnly: true },
      { kind: 'continue' },
    ],
    [
      'a step that only helps and cannot be read is left open',
      { end: 'unreachable', direction: 'back', isHelpOnly: true },
      { kind: 'leave', stop: 'stuck' },
    ],
  ])('%s', (_, differs, move) => {
    expect(moveAfterFailure({ ...failed, ...differs })).toEqual(move);
  });
});

describe('what was asked for before the way back began', () => {
  const nothing: AskedBefore = { isLeaving: false, isSignalled: false, isPausing: false };
  test.each<[string, Partial<AskedBefore>, AfterTurn]>([
    ['nothing: it goes back', {}, 'go-back'],
    ['a pause is older than the way back', { isPausing: true }, 'go-back'],
    ['a signal that is fulfilled by going back', { isSignalled: true }, 'go-back'],
    ['a signal that pauses is not forgotten', { isSignalled: true, isPausing: true }, 'rest-soon'],
    ['no time is left', { isLeaving: true }, 'rest'],
    [
      'no time is left, and a signal pauses',
      { isLeaving: true, isSignalled: true, isPausing: true },
      'rest',
    ],
  ])('%s', (_, differs, move) => {
    expect(afterTurn({ ...nothing, ...differs })).toBe(move);
  });
});
