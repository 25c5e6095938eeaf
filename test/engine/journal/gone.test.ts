import { expect, test } from 'vitest';
import { keys } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { running, servingWorld, TARGET, tampered } from '../stage.ts';

test('a deployment whose log was taken away does not end as if it were recorded', async () => {
  const entries = new Map<string, string>();
  const world = servingWorld({ store: createMemoryStore(entries) });
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      if (operation.kind !== 'promote') return;
      for (const key of [...entries.keys()]) entries.delete(key);
    },
  });
  const end = await world.clock.run(running(world)).catch((error: unknown) => error);
  expect(end).toMatchObject({ code: 'journal-damaged', exit: 4 });
  const texts = [...entries].filter(([key]) => key.startsWith(keys.log(TARGET)));
  expect(texts.some(([, text]) => text.includes('"kind":"ended"'))).toBe(false);
});
