import type { Replace } from '../../../src/contract/index.ts';
import type { Sight } from '../sight.ts';
import type { Doing } from './index.ts';
import type { Move } from './move.ts';

export function replace(_operation: Replace, _sight: Sight, _doing: Doing): Move {
  return { is: 'refuse', words: 'pods cannot be replaced in batches here yet' };
}
