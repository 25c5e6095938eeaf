import { expect, test } from 'vitest';
import type { Created } from '../../src/contract/index.ts';
import { createMemoryStore } from '../../src/stores/memory.ts';
import { proveExclusive } from '../../src/stores/prove.ts';

const honest = () => {
  const store = createMemoryStore();
  return (value: string) => store.create('probe', value);
};

test('a store that keeps two writers apart is taken', async () => {
  await expect(proveExclusive('memory:', honest(), [])).resolves.toBeUndefined();
});

test.each<[string, () => (value: string) => Promise<Created>]>([
  ['ignores the condition', () => async () => 'created'],
  ['refuses everybody', () => async () => 'exists'],
  [
    'does not know its own bytes',
    () => {
      let written = false;
      return async () => {
        const answer = written ? 'exists' : 'created';
        written = true;
        return answer;
      };
    },
  ],
  [
    'looks first and writes later',
    () => {
      let present: string | null = null;
      return async (value) => {
        const absent = present === null;
        await Promise.resolve();
        if (absent) present = value;
        return absent ? 'created' : present === value ? 'mine' : 'exists';
      };
    },
  ],
])('a store that %s is refused, with what it answered', async (_what, make) => {
  const error = await proveExclusive('s3://liar', make(), []).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'store-failed', exit: 1 });
  expect((error as Error).message).toContain('s3://liar');
});
