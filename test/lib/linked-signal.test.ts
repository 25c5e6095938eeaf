import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { linked } from '../../src/lib/linked-signal.ts';

const three = () => Array.from({ length: 3 }, () => new AbortController());
const signalsOf = (ends: readonly AbortController[]) => ends.map(({ signal }) => signal);
const listening = (ends: readonly AbortController[]) =>
  signalsOf(ends).flatMap((signal) => getEventListeners(signal, 'abort'));

describe('a linked signal', () => {
  test.each([0, 1, 2])('aborts with any of those it is linked to: number %i', async (index) => {
    const ends = three();
    const seen = await linked(signalsOf(ends), async (signal) => {
      const before = signal.aborted;
      ends[index]?.abort();
      return [before, signal.aborted];
    });
    expect(seen).toEqual([false, true]);
  });

  test.each([0, 1, 2])(
    'is aborted from the beginning where number %i of them is',
    async (index) => {
      const ends = three();
      ends[index]?.abort();
      expect(await linked(signalsOf(ends), async ({ aborted }) => aborted)).toBe(true);
    },
  );

  test.each(['done', 'failed'])(
    'aborts when its work is %s, and is held by nothing any more',
    async (end) => {
      const ends = three();
      let own: AbortSignal | null = null;
      const work = linked(signalsOf(ends), async (signal) => {
        own = signal;
        expect(listening(ends)).toHaveLength(3);
        if (end === 'failed') throw new Error('failed');
        return 'done';
      });
      const said = await work.catch((error: Error) => error.message);
      expect([said, own]).toEqual([end, expect.objectContaining({ aborted: true })]);
      expect(listening(ends)).toEqual([]);
    },
  );
});
