import { expect, test } from 'vitest';
import { findDeployment, listTargets } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { begin, newest, running, servingWorld, silence, storeWith, TARGET } from '../stage.ts';

async function deployed() {
  const world = servingWorld();
  await world.clock.run(running(world));
  const state = await newest(world);
  return { store: world.store, id: state?.id ?? '', state };
}

test('a deployment is found by its whole id, and by the beginning of it', async () => {
  const { store, id, state } = await deployed();
  expect(await findDeployment(store, id)).toEqual(state);
  expect(await findDeployment(store, id.slice(0, 3))).toEqual(state);
});

test('an id that more than one begins with is refused with those that do', async () => {
  const { store, id } = await deployed();
  const sibling = `${id.slice(0, 4)}zzzz`;
  await store.create(keys.deployment(sibling), JSON.stringify({ target: TARGET }));
  const error = await findDeployment(store, id.slice(0, 4)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'not-found', exit: 2 });
  expect((error as Error).message).toContain(sibling);
});

test('an unknown id is refused with the one that was probably meant', async () => {
  const { store, id } = await deployed();
  const typo = `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;
  await expect(findDeployment(store, typo)).rejects.toMatchObject({ why: `Did you mean ${id}?` });
});

test.each(['../etc', 'A', '', 'x/y', 'a'.repeat(41)])(
  '%j is no id, and no path',
  async (reference) => {
    const { store } = await deployed();
    await expect(findDeployment(store, reference)).rejects.toMatchObject({ code: 'not-found' });
  },
);

test('an id whose deployment was never opened is not found', async () => {
  const { store } = await deployed();
  await store.create(keys.deployment('neverbegun'), JSON.stringify({ target: TARGET }));
  await expect(findDeployment(store, 'neverbegun')).rejects.toMatchObject({ code: 'not-found' });
});

test('a deployment that was killed at any write of its opening is found by its id once it is recorded', async () => {
  const found: boolean[] = [];
  for (let writes = 0; writes < 8; writes++) {
    let left = writes;
    const store = storeWith((inner) => ({
      create: (key, value) => (left-- > 0 ? inner.create(key, value) : silence()),
    }));
    const world = servingWorld({ store });
    void begin(world).catch(() => {});
    await world.clock.run(world.clock.sleep(1000));
    const state = await newest(world);
    found.push(state !== null);
    if (state) expect(await findDeployment(store, state.id)).toEqual(state);
  }
  // A log that no write reached, and one that all of them did.
  expect([found[0], found.at(-1)]).toEqual([false, true]);
});

test('targets are listed as they were first written', async () => {
  const { store, state } = await deployed();
  expect(await listTargets(store)).toEqual([state?.plan.target]);
});
