import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryRelease } from '../../../providers/memory/index.ts';
import { type JournalRecord, ProviderError } from '../../../src/contract/index.ts';
import {
  drive,
  examine,
  findDeployment,
  mend,
  open,
  prune,
  readNewest,
  resume,
} from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { takeOverLock } from '../../../src/engine/lock/lock.ts';
import type { Session } from '../../../src/engine/lock/session.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { mortal } from '../../helpers/mortal.ts';
import { planOf, type TestWorld } from '../../helpers/world.ts';
import { another, never, running, servingWorld, TARGET } from '../stage.ts';
import { beginTurn, deployed } from './past.ts';

const GARBAGE = '{"v":1,"seq":';

/** A target on which ada has died in the middle of a deployment, or after its end. */
interface Scene {
  readonly entries: Map<string, string>;
  readonly ada: TestWorld;
  readonly bob: TestWorld;
  readonly session: Session;
  readonly last: number;
}

async function scene(ended: boolean): Promise<Scene> {
  const entries = new Map<string, string>();
  const ada = servingWorld({ store: createMemoryStore(entries) });
  await deployed(ada, { release: memoryRelease('v3') });
  const session = await ada.clock.run(beginTurn(ada, memoryRelease('v2')));
  if (ended) await ada.clock.run(drive(session));
  else {
    await ada.clock.run(session.record({ kind: 'step', outcome: null, intent: '01-start' }));
    await ada.clock.run(session.record({ kind: 'gates', rounds: [] }));
  }
  const bob = another(ada);
  bob.dead.add('ada');
  return { entries, ada, bob, session, last: session.state.seq };
}

function damage({ entries }: Scene, ...seqs: readonly number[]): void {
  for (const seq of seqs) entries.set(keys.record(TARGET, seq), `${GARBAGE}${seq}`);
}

const record = ({ entries }: Scene, seq: number) =>
  JSON.parse(entries.get(keys.record(TARGET, seq)) ?? '') as JournalRecord;
const asideIn = ({ entries }: Scene) =>
  [...entries].filter(([key]) => key.includes('/set-aside/')).map(([, text]) => text);

async function repair({ bob }: Scene): Promise<void> {
  await bob.clock.run(mend(bob, TARGET));
}

describe('the examination of a log', () => {
  let whole: Scene;
  beforeAll(async () => {
    whole = await scene(true);
  });
  const damaged = (changes: (copy: Scene) => void) => {
    const entries = new Map(whole.entries);
    changes({ ...whole, entries });
    return examine({ store: createMemoryStore(entries), target: TARGET });
  };

  test('finds nothing in one that is whole', async () => {
    expect(await damaged(() => {})).toMatchObject({
      verdict: 'whole',
      faults: [],
      count: whole.last,
      end: whole.last,
    });
  });

  test('names every record that is damaged, and what that leaves', async () => {
    const { chapter } = whole.session.state;
    for (let seq = 1; seq <= whole.last; seq++) {
      const verdict = seq === whole.last ? 'end' : seq < chapter ? 'past' : 'newest';
      const changed = await damaged((copy) => damage(copy, seq));
      expect(changed).toMatchObject({ verdict, faults: [{ seq, why: 'it is not JSON' }] });
      const gone = await damaged(({ entries }) => entries.delete(keys.record(TARGET, seq)));
      expect(gone).toMatchObject({ verdict, faults: [{ seq, why: 'it is missing' }] });
    }
  });

  test('takes a damaged beginning of the newest deployment for its end: nothing of it is left', async () => {
    const { chapter } = whole.session.state;
    const seqs = Array.from({ length: whole.last - chapter + 1 }, (_, index) => chapter + index);
    const found = await damaged((copy) => damage(copy, ...seqs));
    expect(found).toMatchObject({ verdict: 'end', last: { seq: chapter - 1 } });
  });

  test('finds a record of another history by its chain', async () => {
    const other = servingWorld({ seed: 77 });
    await other.clock.run(running(other));
    const foreign = (await other.store.get(keys.record(TARGET, 4))) ?? '';
    const found = await damaged(({ entries }) => entries.set(keys.record(TARGET, 4), foreign));
    expect(found.faults.map(({ seq }) => seq)).toEqual([4, 5]);
  });

  test('finds nothing to stand on where nothing is left', async () => {
    const found = await damaged(({ entries }) => {
      for (const key of [...entries.keys()])
        if (key.startsWith(keys.log(TARGET))) entries.delete(key);
    });
    expect(found).toMatchObject({ verdict: 'newest', last: null, count: 0 });
  });
});

describe('a repair', () => {
  let open_: Scene;
  let over: Scene;
  beforeEach(async () => {
    open_ = await scene(false);
    over = await scene(true);
  });

  test('leaves a log that is whole, in which new records say what was set aside', async () => {
    damage(open_, open_.last - 1, open_.last);
    await repair(open_);
    expect(await examine({ store: open_.bob.store, target: TARGET })).toMatchObject({
      verdict: 'whole',
      end: open_.last + 1,
    });
    expect(asideIn(open_)).toEqual([`${GARBAGE}${open_.last - 1}`, `${GARBAGE}${open_.last}`]);
    expect(record(open_, open_.last).body).toMatchObject({
      kind: 'taken',
      holder: { actor: { name: 'bob' } },
      why: `record ${open_.last} could not be read: set aside`,
    });
    expect(record(open_, open_.last + 1).body).toMatchObject({
      kind: 'paused',
      stop: 'interrupted',
      reason: `records ${open_.last - 1} to ${open_.last} could not be read: set aside`,
    });
  });

  test('leaves an unfinished deployment for somebody to go on with', async () => {
    damage(open_, open_.last);
    await repair(open_);
    const { bob } = open_;
    const ending = await bob.clock.run(
      resume(bob, await readNewest(bob, TARGET), { signal: never }),
    );
    expect(ending).toMatchObject({ result: 'succeeded', deployment: open_.session.state.id });
  });

  test('does not believe in an end that it cannot read', async () => {
    damage(over, over.last);
    await repair(over);
    const { state } = await readNewest(over.bob, TARGET);
    expect(state).toMatchObject({ id: over.session.state.id, ended: null });
    expect(state?.stopped).not.toBeNull();
  });

  test('lets what was over before be over, and a new deployment begin', async () => {
    const { chapter, id } = over.session.state;
    const seqs = Array.from({ length: over.last - chapter + 1 }, (_, index) => chapter + index);
    damage(over, ...seqs);
    await repair(over);
    const { bob } = over;
    const newest = await readNewest(bob, TARGET);
    expect(newest.state?.ended).toMatchObject({ result: 'succeeded' });
    await expect(findDeployment(bob.store, id)).rejects.toMatchObject({ code: 'not-found' });
    const session = await bob.clock.run(open(bob, await planOf(bob, []), newest));
    expect(session.state.epoch).toBeGreaterThan(over.session.state.epoch);
  });

  test('goes on where the end is only known to be gone', async () => {
    over.entries.delete(keys.record(TARGET, over.last));
    over.entries.delete(keys.record(TARGET, over.last - 1));
    await expect(readNewest(over.bob, TARGET)).rejects.toThrow(`Record ${over.last - 1} `);
    await repair(over);
    expect(asideIn(over)).toEqual([]);
    expect((await readNewest(over.bob, TARGET)).state?.stopped).not.toBeNull();
  });

  test('takes the target from whoever still acts for the lost records', async () => {
    damage(open_, open_.last);
    await repair(open_);
    const { ada, session } = open_;
    const late = ada.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(late).rejects.toMatchObject({ by: { seq: open_.last + 1 } });
  });

  test('has an epoch above all that lost records may have had', async () => {
    const { ada, bob } = open_;
    const carol = another(ada, { name: 'carol', seed: 3 });
    const takers = [];
    for (const world of [bob, carol])
      takers.push(
        await world.clock.run(takeOverLock(world, await readNewest(world, TARGET), 'gone')),
      );
    damage(open_, open_.last + 1, open_.last + 2);
    await repair(open_);
    const { epoch } = record(open_, open_.last + 3);
    for (const { state } of takers) expect(epoch).toBeGreaterThan(state.epoch);
  });

  test('throws nothing away that was put in the place of a lost record since it was planned', async () => {
    const whole = new Map(open_.entries);
    damage(open_, open_.last);
    const { store } = open_.bob;
    const create = async (key: string, value: string) => {
      await store.create(key, value);
      if (key.startsWith(keys.mendings(TARGET))) throw new ProviderError('permanent', 'killed');
      return 'created' as const;
    };
    const doomed = { ...open_.bob, store: { ...store, create } };
    await expect(open_.bob.clock.run(mend(doomed, TARGET))).rejects.toThrow(/killed/);
    const key = keys.record(TARGET, open_.last);
    open_.entries.set(key, whole.get(key) ?? '');
    await expect(repair(open_)).rejects.toMatchObject({ code: 'held' });
    expect(open_.entries.get(key)).toBe(whole.get(key));
  });

  test.each(['unfinished', 'over'] as const)(
    'is refused while somebody gives signs of life, and changes nothing: what is left is %s',
    async (left) => {
      const place = left === 'over' ? over : open_;
      const { chapter } = place.session.state;
      const lost = Array.from({ length: place.last - chapter + 1 }, (_, index) => chapter + index);
      damage(place, ...(left === 'over' ? lost : [place.last]));
      if (left === 'unfinished') place.bob.dead.clear();
      const before = new Map(place.entries);
      const { ada, bob } = place;
      const beat = (count: number): void => {
        place.entries.set(keys.heartbeat(TARGET), `beat ${count}`);
        void ada.clock.sleep(15_000).then(() => beat(count + 1));
      };
      beat(0);
      const mended = bob.clock.run(mend(bob, TARGET));
      await expect(mended).rejects.toMatchObject({ code: 'held', exit: 6 });
      for (const entries of [place.entries, before]) entries.delete(keys.heartbeat(TARGET));
      expect(place.entries).toEqual(before);
    },
  );

  test('is refused at once while the holder is proven alive on this machine', async () => {
    damage(open_, open_.last);
    const before = new Map(open_.entries);
    open_.bob.dead.clear();
    Object.assign(open_.bob, { provenAlive: () => true });
    await expect(repair(open_)).rejects.toMatchObject({ code: 'held', exit: 6 });
    expect(open_.entries).toEqual(before);
  });

  test('waits for nothing where the last sign of life is of a holder that is proven dead', async () => {
    damage(open_, open_.last);
    const { clock, store } = open_.bob;
    const { nonce } = open_.session.state.holder;
    await store.put(keys.heartbeat(TARGET), JSON.stringify({ nonce }));
    const begun = clock.monotonic();
    await repair(open_);
    expect(clock.monotonic()).toBe(begun);
  });

  test('waits for the silence of a holder that nobody can judge', async () => {
    damage(open_, open_.last);
    open_.bob.dead.clear();
    const { clock, pace } = open_.bob;
    const begun = clock.monotonic();
    await repair(open_);
    expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(pace.ttl + pace.call);
  });

  test('of what is not at the end changes nothing', async () => {
    damage(open_, open_.last - 1);
    const before = new Map(open_.entries);
    await repair(open_);
    expect(open_.entries).toEqual(before);
  });

  test('of more than an accident takes away is refused', async () => {
    const { hintText } = await import('../../../src/engine/journal/head.ts');
    open_.entries.set(keys.head(TARGET), hintText(TARGET, 5000));
    await expect(repair(open_)).rejects.toThrow(/too many for an accident/);
  });

  test('does not bring back what it wrote once and was pruned since', async () => {
    damage(open_, open_.last);
    await repair(open_);
    const { bob, entries } = open_;
    await bob.clock.run(resume(bob, await readNewest(bob, TARGET), { signal: never }));
    for (const name of ['v4', 'v5', 'v6']) await deployed(bob, { release: memoryRelease(name) });
    await prune({ store: bob.store, target: TARGET }, { keep: 1, now: Date.UTC(2100, 0) });
    expect(entries.has(keys.record(TARGET, open_.last))).toBe(false);
    const before = new Map(entries);
    await repair(open_);
    expect(entries).toEqual(before);
  });

  test('by two at once leaves a log that is whole', async () => {
    damage(open_, open_.last - 1, open_.last);
    const carol = another(open_.ada, { name: 'carol', seed: 3 });
    carol.dead.add('ada');
    const both = [open_.bob, carol].map((world) => mend(world, TARGET));
    await open_.bob.clock.run(Promise.all(both));
    expect(await examine({ store: carol.store, target: TARGET })).toMatchObject({
      verdict: 'whole',
    });
    expect(asideIn(open_)).toHaveLength(2);
  });
});

describe.each(['before', 'after'] as const)('a repair that is killed %s any call', (dies) => {
  test.each([true, false])('throws nothing away, and is finished by another: %s', async (ended) => {
    let deaths = 0;
    for (let calls = 0; ; calls++) {
      const place = await scene(ended);
      damage(place, place.last - 1, place.last);
      const doomed = { ...place.bob, store: mortal(place.bob.store, calls, dies) };
      const died = await place.bob.clock.run(mend(doomed, TARGET)).then(
        () => false,
        () => true,
      );
      if (!died) break;
      deaths += 1;
      const texts = [...place.entries.values()];
      for (const seq of [place.last - 1, place.last]) expect(texts).toContain(`${GARBAGE}${seq}`);
      const now = await examine({ store: place.bob.store, target: TARGET });
      if (now.verdict !== 'whole') {
        await expect(readNewest(place.bob, TARGET)).rejects.toMatchObject({
          code: 'journal-damaged',
        });
        place.bob.dead.add('bob');
        await place.bob.clock.run(mend(place.bob, TARGET));
      }
      expect(await examine({ store: place.bob.store, target: TARGET })).toMatchObject({
        verdict: 'whole',
        end: place.last + 1,
      });
      const { state } = await readNewest(place.bob, TARGET);
      expect(state?.stopped).not.toBeNull();
    }
    expect(deaths).toBeGreaterThan(15);
  });
});
