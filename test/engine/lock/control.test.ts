import { expect, test } from 'vitest';
import { type ControlKind, type DeployEvent, ProviderError } from '../../../src/contract/index.ts';
import {
  clearTheWay,
  drive,
  readNewest,
  resume,
  rollbackUnfinished,
  sendControl,
} from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { canaryActions, no, type TestWorld, v1, v2, yes } from '../../helpers/world.ts';
import {
  another,
  at,
  begin,
  never,
  newest,
  running,
  servingWorld,
  silence,
  storeWith,
  TARGET,
  tampered,
} from '../stage.ts';

async function send(world: TestWorld, kind: ControlKind, over: object = {}) {
  const state = await newest(world);
  if (!state) throw new Error('nothing to control');
  await sendControl(
    world,
    { ...state, ...over },
    { kind, reason: null, actor: world.holder.actor },
  );
}

test('a rollback that is asked for while the deployment goes back already changes nothing', async () => {
  const world = servingWorld();
  const other = another(world);
  world.readings.set('probe', () => no);
  const { verify } = world.provider;
  let slow = true;
  tampered(world, {
    verify: async (operation, context) =>
      slow && operation.kind === 'retire'
        ? { state: 'pending', progress: 'draining' }
        : verify(operation, context),
  });
  const work = running(world);
  at(world, 8000, () => send(other, 'rollback'));
  at(world, 9000, () => send(other, 'abort'));
  at(world, 30_000, () => {
    slow = false;
  });
  const asked = world.clock
    .sleep(10_000)
    .then(async () =>
      rollbackUnfinished(other, await readNewest(other, TARGET), { why: 'again', signal: never }),
    );
  const [ending, answer] = await world.clock.run(Promise.all([work, asked]));
  expect([ending.result, answer.result]).toEqual(['rolled-back', 'rolled-back']);
});

test('a rollback waits for a living holder, and takes over when that one dies meanwhile', async () => {
  const world = servingWorld();
  const other = another(world);
  const { apply } = world.provider;
  let dead = false;
  tampered(world, {
    apply: (operation, context) => (dead ? silence() : apply(operation, context)),
  });
  const store = { ...world.store };
  Object.assign(world, {
    store: {
      ...store,
      put: (key: string, value: string) => (dead ? silence() : store.put(key, value)),
      get: (key: string) => (dead ? silence() : store.get(key)),
      create: (key: string, value: string) => (dead ? silence() : store.create(key, value)),
    },
  });
  void running(world).catch(() => {});
  const asked = world.clock
    .sleep(2000)
    .then(async () =>
      rollbackUnfinished(other, await readNewest(other, TARGET), { why: 'errors', signal: never }),
    );
  at(world, 17_500, () => {
    dead = true;
  });
  const ending = await world.clock.run(asked);
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.live).toBe(v1.id);
});

test('a wish that comes between two steps is fulfilled before the next one', async () => {
  const world = servingWorld();
  const hold = { kind: 'hold' as const, duration: 1000, extension: 0 };
  at(world, 900, () => send(world, 'abort'));
  const ending = await world.clock.run(running(world, [hold, hold, hold, ...canaryActions]));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.events.some((event) => event.type === 'routed')).toBe(false);
});

test('an approval that was given for another plan or deployment is not one for this', async () => {
  const approve = { kind: 'approve' as const, question: 'ship it?', expires: 60_000 };
  for (const forged of [{ id: 'another' }, { plan: { hash: 'other', target: { id: TARGET } } }]) {
    const world = servingWorld();
    at(world, 3000, () => send(world, 'approve', forged));
    const ending = await world.clock.run(running(world, [approve, ...canaryActions]));
    expect(ending.result).toBe('rolled-back');
    expect(ending.reason).toContain('no approval within');
  }
});

test('an abort that was meant for another plan is none for this', async () => {
  const world = servingWorld();
  at(world, 3000, () => send(world, 'abort', { plan: { hash: 'other', target: { id: TARGET } } }));
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
});

test('a pause from another terminal is obeyed at once, says by whom, and a resume goes on', async () => {
  const world = servingWorld();
  at(world, 5000, () => send(world, 'pause'));
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'interrupted', reason: 'paused by ada', exit: 5 });
  expect(world.clock.monotonic()).toBeLessThan(7000);
  const again = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(again)).result).toBe('succeeded');
});

test('an abort is fulfilled even where the failing step would be held', async () => {
  const world = servingWorld();
  world.readings.set('probe', silence);
  const actions = canaryActions.map((action) => ({ ...action, onFailure: 'hold' as const }));
  at(world, 5000, () => send(world, 'abort'));
  expect((await world.clock.run(running(world, actions))).result).toBe('rolled-back');
});

test('a wish whose answer was lost is said once', async () => {
  let lost = true;
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      const created = await inner.create(key, value);
      if (!key.includes('/control/') || !lost) return created;
      lost = false;
      throw new ProviderError('unknown', 'connection reset');
    },
  }));
  const world = servingWorld({ store });
  await world.clock.run(begin(world));
  await world.clock.run(send(world, 'promote'));
  expect(await store.list(keys.controls(TARGET))).toHaveLength(1);
});

test('promote ends the wait it was said in, and no other', async () => {
  const world = servingWorld();
  const hold = { kind: 'hold' as const, duration: 600_000, extension: 0 };
  at(world, 5000, () => send(world, 'promote'));
  await world.clock.run(running(world, [hold, hold]).catch(() => null));
  expect(world.clock.monotonic()).toBeGreaterThan(600_000);
  expect(world.clock.monotonic()).toBeLessThan(620_000);
});

test('a question that nobody answers in time sends the deployment back', async () => {
  const world = servingWorld();
  const ask = { kind: 'approve', question: 'ship it?', expires: 60_000 } as const;
  const ending = await world.clock.run(running(world, [...canaryActions.slice(0, 2), ask]));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(ending.reason).toContain('no approval within 1m');
  expect(world.clock.monotonic()).toBeLessThan(65_000);
});

test.each([
  ['approve', 'succeeded'],
  ['reject', 'rolled-back'],
] as const)(
  'a failure that is asked about and answered with %s ends as %s',
  async (kind, result) => {
    const world = servingWorld();
    world.readings.set('probe', () => (world.platform.live === v1.id ? no : yes));
    const actions = canaryActions.map((action) => ({ ...action, onFailure: 'ask' as const }));
    at(world, 20_000, () => send(world, kind));
    const ending = await world.clock.run(running(world, actions));
    expect(ending.result).toBe(result);
  },
);

test('pauses that were meant for a holder that died do not stop the one who resumes', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  for (let said = 0; said < 2; said++) await world.clock.run(send(world, 'pause'));
  const other = another(world);
  other.dead.add('ada');
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});

test('what was wished while nobody held the deployment is fulfilled before anything is begun', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  const elsewhere = { plan: { hash: 'other', target: { id: TARGET } } };
  await world.clock.run(send(world, 'abort', elsewhere));
  for (const wish of ['pause', 'abort'] as const) await world.clock.run(send(world, wish));
  const other = another(world);
  other.dead.add('ada');
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('rolled-back');
  expect(other.events.filter(({ type }) => type === 'step-begun')).toEqual([]);
});

test('no control is taken up after the last word of a holder, nor by the next deployment', async () => {
  const world = servingWorld();
  await world.clock.run(running(world));
  await send(world, 'abort', { controlSeq: 0 });
  await world.clock.run(world.clock.sleep(5000));
  const { journal } = await readNewest(world, TARGET);
  expect(journal.head?.body.kind).toBe('ended');
  const next = await world.clock.run(begin(world));
  expect(next.state.controlSeq).toBe(1);
});

test('a new deployment cancels an older one that lives, and waits until it is undone', async () => {
  const world = servingWorld();
  const other = another(world);
  const work = running(world);
  const cleared = world.clock
    .sleep(4000)
    .then(() => clearTheWay(other, TARGET, { supersede: 'cancel-older', wait: 0, signal: never }));
  const [ending, found] = await world.clock.run(Promise.all([work, cleared]));
  expect(ending.result).toBe('rolled-back');
  expect(found.state?.ended?.result).toBe('rolled-back');
});

test('a new deployment that may not wait is told who holds the target', async () => {
  const world = servingWorld();
  const other = another(world);
  const work = running(world);
  const refused = world.clock
    .sleep(1000)
    .then(() => clearTheWay(other, TARGET, { supersede: 'reject', wait: 0, signal: never }));
  const error = await world.clock.run(refused).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'held', exit: 6 });
  expect((error as Error).message).toContain('ada');
  await world.clock.run(work);
});

test('a deployment whose holder died before its last word is finished, not undone, by the next one', async () => {
  const world = servingWorld();
  const { create } = world.store;
  const cut = async (key: string, value: string) =>
    value.includes('"kind":"ended"') ? silence() : create(key, value);
  const dying = another(world, { store: { ...world.store, create: cut }, name: 'ada' });
  void running(dying).catch(() => {});
  await world.clock.run(world.clock.sleep(30_000));
  world.dead.add('ada');
  const options = { supersede: 'reject' as const, wait: 0, signal: never };
  const found = await world.clock.run(clearTheWay(world, TARGET, options));
  expect(found.state?.ended?.result).toBe('succeeded');
  expect(world.platform.live).toBe(v2.id);
});

test('a wish that comes while a holder says its last word is left to the next one', async () => {
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      if (value.includes('"kind":"paused"')) await world.clock.sleep(3000);
      return inner.create(key, value);
    },
  }));
  const world = servingWorld({ store });
  at(world, 2500, () => world.interrupt('SIGINT'));
  at(world, 3500, () => send(world, 'abort'));
  const ending = await world.clock.run(running(world));
  expect([ending.result, (await newest(world))?.controlSeq]).toEqual(['interrupted', 0]);
  world.dead.add('ada');
  const work = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('rolled-back');
});

test('an abort that was recorded is fulfilled by whoever resumes, when its holder died before it turned', async () => {
  const store = storeWith((inner) => ({
    create: (key, value) =>
      value.includes('"kind":"turned"') && !world.dead.has('ada')
        ? silence()
        : inner.create(key, value),
  }));
  const world = servingWorld({ store });
  at(world, 3500, () => send(world, 'abort'));
  void running(world).catch(() => {});
  await world.clock.run(world.clock.sleep(10_000));
  world.dead.add('ada');
  const other = another(world);
  other.dead.add('ada');
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('rolled-back');
});

test('a pause whose time runs out while the turn is written down rests on the way back', async () => {
  const world = servingWorld({
    store: storeWith((inner) => ({
      create: async (key, value) => {
        if (value.includes('"kind":"turned"')) await world.clock.sleep(1400);
        return inner.create(key, value);
      },
    })),
  });
  const { apply } = world.provider;
  let begun = 0;
  let sent = () => {};
  const isSent = new Promise<void>((resolve) => {
    sent = resolve;
  });
  const { emit } = world;
  Object.assign(world, {
    emit: (event: DeployEvent) => {
      emit(event);
      // Without a rest it would begin that again and again, and time would stand still.
      if (event.type === 'step-begun' && ++begun > 100) throw new Error('it goes round in circles');
    },
  });
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind !== 'retire') return apply(operation, context);
      sent();
      throw new ProviderError('transient', '503');
    },
  });
  const other = another(world);
  void isSent.then(() => send(other, 'pause'));
  void isSent.then(() => world.clock.sleep(3000)).then(() => send(other, 'rollback'));
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'interrupted', exit: 5 });
  expect(await newest(world)).toMatchObject({
    direction: 'back',
    stopped: { stop: 'interrupted' },
  });
});

test('the wall clock may jump by an hour or a day in mid-run, and nothing becomes of it', async () => {
  const outcomes = [];
  for (const hours of [0, 1, -1, 24, -24]) {
    const world = servingWorld();
    at(world, 3500, () => {
      world.clock.wallOffset += hours * 3_600_000;
    });
    const ending = await world.clock.run(running(world));
    const log = await Promise.all(
      Array.from({ length: 12 }, (_, i) => world.store.get(keys.record(TARGET, i + 1))),
    );
    // A machine that slept looks the same: its holder makes sure by a record that it still holds.
    const kinds = log
      .flatMap((text) => (text === null ? [] : JSON.parse(text).body.kind))
      .filter((kind) => kind !== 'taken')
      .slice(0, 11);
    outcomes.push({ ...ending, kinds, took: world.clock.monotonic() });
  }
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
});

test('an order to resume what is over, or to roll back what never was, is refused in words', async () => {
  const world = servingWorld();
  const empty = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  await expect(world.clock.run(empty)).rejects.toMatchObject({ code: 'not-found' });
  await world.clock.run(begin(world).then((session) => drive(session)));
  const over = readNewest(world, TARGET).then((found) =>
    rollbackUnfinished(world, found, { why: '', signal: never }),
  );
  await expect(world.clock.run(over)).rejects.toMatchObject({ code: 'policy' });
});

test('a store is looked at for commands as seldom as it wants', async () => {
  const looks: number[] = [];
  const poll = 5000;
  const store = storeWith((inner) => ({
    limits: { ...inner.limits, poll },
    get: async (key) => {
      looks.push(world.clock.monotonic());
      return inner.get(key);
    },
  }));
  const world = servingWorld({ store });
  const from = world.clock.monotonic();
  const hold = { kind: 'hold', duration: 100_000, extension: 0, watch: [] } as const;
  await world.clock.run(running(world, [hold]));
  const during = looks.filter((at) => at > from + 10_000 && at < from + 90_000);
  expect(during.length).toBeGreaterThan(3);
  expect(during.length).toBeLessThanOrEqual(2 * (80_000 / poll));
});
