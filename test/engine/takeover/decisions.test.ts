import { describe, expect, test } from 'vitest';
import {
  type Clearing,
  type ClearingSituation,
  clearingFor,
  type Turning,
  turningFor,
  type Unfinished,
} from '../../../src/engine/takeover/decisions.ts';

const yes = true;
const no = false;

describe('a new deployment that finds the newest one', () => {
  test.each<
    [ClearingSituation['lock'], { cancels: boolean; leaving: boolean; patient: boolean }, Clearing]
  >([
    ['ended', { cancels: no, leaving: no, patient: no }, 'begin'],
    ['ended', { cancels: yes, leaving: yes, patient: no }, 'begin'],
    ['dead', { cancels: no, leaving: no, patient: no }, 'unwind'],
    ['dead', { cancels: yes, leaving: no, patient: yes }, 'unwind'],
    ['dead', { cancels: no, leaving: yes, patient: yes }, 'refuse'],
    ['released', { cancels: yes, leaving: no, patient: no }, 'unwind'],
    ['released', { cancels: yes, leaving: yes, patient: yes }, 'refuse'],
    ['released', { cancels: no, leaving: no, patient: yes }, 'look-again'],
    ['released', { cancels: no, leaving: no, patient: no }, 'refuse'],
    ['released', { cancels: no, leaving: yes, patient: yes }, 'refuse'],
    ['alive', { cancels: yes, leaving: no, patient: no }, 'cancel'],
    ['alive', { cancels: no, leaving: no, patient: yes }, 'await'],
    ['alive', { cancels: no, leaving: no, patient: no }, 'refuse'],
    ['alive', { cancels: no, leaving: yes, patient: yes }, 'refuse'],
  ])('%s, %o: %s', (lock, others, clearing) => {
    expect(clearingFor({ lock, ...others })).toBe(clearing);
  });
});

describe('a rollback of a deployment that is unfinished', () => {
  test.each<[Unfinished['lock'], Omit<Unfinished, 'lock'>, Turning]>([
    ['alive', { over: yes, leaving: no, asked: no }, 'tell-its-end'],
    ['dead', { over: yes, leaving: yes, asked: yes }, 'tell-its-end'],
    ['dead', { over: no, leaving: no, asked: no }, 'take-over'],
    ['released', { over: no, leaving: no, asked: yes }, 'take-over'],
    ['dead', { over: no, leaving: yes, asked: no }, 'take-over'],
    ['alive', { over: no, leaving: yes, asked: no }, 'refuse'],
    ['alive', { over: no, leaving: no, asked: no }, 'ask'],
    ['alive', { over: no, leaving: no, asked: yes }, 'await'],
  ])('%s, %o: %s', (lock, others, turning) => {
    expect(turningFor({ lock, ...others })).toBe(turning);
  });
});

test('every situation has a row', () => {
  for (const lock of ['ended', 'released', 'alive', 'dead'] as const)
    for (const a of [yes, no])
      for (const b of [yes, no])
        for (const c of [yes, no]) {
          expect(clearingFor({ lock, cancels: a, leaving: b, patient: c })).toBeTypeOf('string');
          expect(turningFor({ lock, over: a, leaving: b, asked: c })).toBeTypeOf('string');
        }
});
