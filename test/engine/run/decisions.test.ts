import { describe, expect, test } from 'vitest';
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
