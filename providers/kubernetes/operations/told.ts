import type { Verification } from '../../../src/contract/index.ts';
import { lastWords } from '../access.ts';
import type { KubeGround } from '../sight.ts';
import type { Move } from './move.ts';

/** What a move that is still to be made says about the operation. */
export async function verificationOf(
  move: Move,
  ground: KubeGround,
  signal: AbortSignal,
): Promise<Verification> {
  switch (move.is) {
    case 'done':
      return move.facts ? { state: 'done', facts: move.facts } : { state: 'done' };
    case 'wait':
      return { state: 'pending', progress: move.words };
    case 'act':
      return { state: 'pending', progress: move.words, again: true };
    case 'diverged':
      return { state: 'diverged', expected: move.expected, found: move.found };
    case 'refuse':
      return { state: 'pending', progress: move.words };
    case 'failed': {
      const logs = move.pod ? await lastWords(ground, move.pod, signal) : [];
      return { state: 'failed', reason: move.words, logs };
    }
  }
}
