import { describe, expect, test } from 'vitest';
import { clearTheWay, prune as pruneAt } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { another, begin, TARGET } from '../stage.ts';
import { deployed, pastOf } from './past.ts';
import { good, idsIn, prune, v2, v3, v4, v5 } from './pruning.ts';

describe('who slept while others went on and pruned', () => {
  /** Ada holds a deployment that bob took over and ended; he deployed three more since. */
  async function takenOver() {
    const { world } = await pastOf(good(v2, v3));
    const session = await world.clock.run(begin(world));
    await world.clock.run(session.record({ kind: 'step', outcome: null, intent: '01-start' }));
    const other = another(world);
    other.dead.add('ada');
    const { signal } = new AbortController();
    await world.clock.run(clearTheWay(other, TARGET, { supersede: 'reject', wait: 0, signal }));
    for (const turn of good(v4, v5, v4)) await deployed(other, turn);
    return { world, session, other };
  }

  async function sleeper() {
    const { world, session, other } = await takenOver();
    await prune(other.store, TARGET, 1);
    await world.clock.run(world.clock.sleep(60_000));
    return { world, session };
  }

  test('finds its next number free again, and says that it holds nothing any more', async () => {
    const { world, session } = await sleeper();
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ code: 'superseded', exit: 6 });
  });

  test('begins nothing, if it is to act before it writes', async () => {
    const { world, session } = await sleeper();
    const acted = world.clock.run(session.mayAct());
    await expect(acted).rejects.toMatchObject({ code: 'superseded', exit: 6 });
  });

  test('leaves nothing that the next pruning does not take away', async () => {
    const { world, session } = await sleeper();
    const before = await idsIn(world.store);
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ code: 'superseded' });
    const key = keys.record(TARGET, session.state.seq);
    expect(await world.store.get(key)).not.toBeNull();
    expect(await idsIn(world.store)).toEqual(before);
    await prune(world.store, TARGET, 1);
    expect(await world.store.get(key)).toBeNull();
  });

  test('finds its next number taken as long as it may not know that it slept', async () => {
    const { world, session, other } = await takenOver();
    const now = other.clock.wall() + 300_000;
    expect(await pruneAt({ store: other.store, target: TARGET }, { keep: 1, now })).toMatchObject({
      kept: 4,
    });
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ by: { body: { kind: 'taken' } } });
  });
});
