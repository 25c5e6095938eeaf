import { describe, expect, test } from 'vitest';
import {
  drive,
  open,
  readNewest,
  resume,
  rollbackUnfinished,
  sendControl,
  type World,
} from '../../../src/engine/index.ts';
import {
  canaryActions,
  createTestWorld,
  no,
  planOf,
  serving,
  type TestWorld,
  v1,
  v2,
  yes,
} from '../../helpers/world.ts';
import { slow } from '../stage.ts';

const never = new AbortController().signal;

async function begin(world: TestWorld, actions: Parameters<typeof planOf>[1] = canaryActions) {
  const plan = await planOf(world, actions);
  return open(world, plan, await readNewest(world, plan.target.id));
}

async function deploy(world: TestWorld, actions?: Parameters<typeof planOf>[1]) {
  return world.clock.run(begin(world, actions).then((session) => drive(session)));
}

function servingWorld(options: Parameters<typeof createTestWorld>[0] = {}) {
  const world = createTestWorld(options);
  serving(world.platform);
  return world;
}

test('a deployment whose gates pass ends with only the new version, promoted', async () => {
  const world = servingWorld();
  const ending = await deploy(world);
  expect(ending).toMatchObject({ result: 'succeeded', exit: 0 });
  expect(world.platform.live).toBe(v2.id);
  expect([...world.platform.releases.keys()]).toEqual([v2.id]);
  expect(world.platform.split).toEqual({ [v2.id]: 100 });
});

test('a failing gate takes the new version off the traffic within one interval and removes it', async () => {
  const world = servingWorld();
  let failingSince = 0;
  world.readings.set('probe', () => {
    if (world.clock.monotonic() < 4000) return yes;
    failingSince ||= world.clock.monotonic();
    return no;
  });
  const ending = await deploy(world);
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(ending.reason).toContain('probe');
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
  expect(world.platform.live).toBe(v1.id);
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
  const routed = world.events.filter((event) => event.type === 'routed').at(-1);
  expect((routed?.at ?? Infinity) - world.clock.wallOffset - failingSince).toBeLessThanOrEqual(200);
});

test('a failure after promotion brings the old version back as the live one', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => (world.platform.live === v2.id ? no : yes));
  const ending = await deploy(world);
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.live).toBe(v1.id);
});

test('no weight is given to a version without the healthy capacity for it', async () => {
  const world = servingWorld();
  const [start, ...rest] = canaryActions;
  const ending = await deploy(world, [{ ...start, capacity: 25 }, ...rest]);
  expect(ending.result).toBe('rolled-back');
  expect(ending.reason).toMatch(/capacity for 25 % of the traffic and would get 50 %/);
});

test('capacity that is missing is waited for, and that is said once', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  let routed = 0;
  const late = async () => {
    const seen = await observe();
    if (world.clock.monotonic() > 8000) return seen;
    const releases = seen.releases.map((one) =>
      one.id === v2.id ? { ...one, capacity: 10 } : one,
    );
    return { ...seen, releases };
  };
  const { apply } = world.provider;
  const provider: World['provider'] = {
    ...world.provider,
    observe: late,
    apply: async (operation, context) => {
      if (operation.kind === 'route') routed ||= world.clock.monotonic();
      return apply(operation, context);
    },
  };
  Object.assign(world, { provider });
  expect((await deploy(world)).result).toBe('succeeded');
  expect(routed).toBeGreaterThan(8000);
  const told = world.events.filter(
    ({ type, data }) => type === 'step-progress' && JSON.stringify(data).includes('would get 50 %'),
  );
  expect(told).toHaveLength(1);
});

test('on the way back a release gets its traffic with whatever capacity is left of it', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  const { observe } = world.provider;
  const degraded = async () => {
    const seen = await observe();
    const releases = seen.releases.map((one) =>
      one.id === v1.id ? { ...one, capacity: 50 } : one,
    );
    return { ...seen, releases };
  };
  Object.assign(world, { provider: { ...world.provider, observe: degraded } });
  expect(await deploy(world)).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.clock.monotonic()).toBeLessThan(10_000);
});

test('the next step waits until no old connection reaches the former release', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  const lingering = async () => {
    const seen = await observe();
    return { ...seen, capabilities: slow(seen.capabilities, 5000) };
  };
  Object.assign(world, { provider: { ...world.provider, observe: lingering } });
  await deploy(world);
  const routed = world.events.findIndex(({ type }) => type === 'routed');
  const next = world.events.slice(routed).find(({ type }) => type === 'step-begun');
  expect((next?.at ?? 0) - (world.events[routed]?.at ?? 0)).toBeGreaterThanOrEqual(5000);
});

test('under the policy hold a failure stops where it is, and a resume tries the step again', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  const actions = canaryActions.map((action) => ({ ...action, onFailure: 'hold' as const }));
  const held = await deploy(world, actions);
  expect(held).toMatchObject({ result: 'failed', exit: 5 });
  expect(world.platform.split).toEqual({ [v1.id]: 50, [v2.id]: 50 });
  world.readings.delete('probe');
  const target = 'shop-1';
  const ending = await world.clock.run(
    readNewest(world, target).then((newest) => resume(world, newest, { signal: never })),
  );
  expect(ending).toMatchObject({ result: 'succeeded', exit: 0 });
});

test.each<[string, (world: TestWorld) => unknown]>([
  [
    'has no healthy unit',
    ({ platform }) => Object.assign(platform.releases.get(v2.id) ?? {}, { ready: 0 }),
  ],
  [
    'has not all of the traffic',
    ({ platform }) => Object.assign(platform, { split: { [v2.id]: 90 } }),
  ],
  ['is not the live one', ({ platform }) => Object.assign(platform, { live: v1.id })],
])('a new version that %s at the last look is no success', async (_what, change) => {
  const world = servingWorld();
  const { verify } = world.provider;
  const provider: World['provider'] = {
    ...world.provider,
    verify: async (operation, context) => {
      const seen = await verify(operation, context);
      if (operation.kind === 'retire') change(world);
      return seen;
    },
  };
  Object.assign(world, { provider });
  expect(await deploy(world)).toMatchObject({ result: 'diverged', exit: 7 });
});

test('the first Ctrl-C settles what is in flight and leaves a deployment that resumes', async () => {
  const world = servingWorld();
  const running = begin(world).then((session) => drive(session));
  void world.clock.sleep(3000).then(() => world.interrupt('SIGINT'));
  const ending = await world.clock.run(running);
  expect(ending).toMatchObject({ result: 'interrupted', exit: 130 });
  expect(world.clock.monotonic()).toBeLessThan(9000);
  const done = await world.clock.run(
    readNewest(world, 'shop-1').then((newest) => resume(world, newest, { signal: never })),
  );
  expect(done.result).toBe('succeeded');
});

test('a rollback from another machine turns a running deployment round', async () => {
  const world = servingWorld();
  const other = createTestWorld({
    clock: world.clock,
    store: world.store,
    platform: world.platform,
    name: 'bob',
    seed: 9,
  });
  const running = begin(world).then((session) => drive(session));
  const asked = world.clock.sleep(4000).then(async () =>
    rollbackUnfinished(other, await readNewest(other, 'shop-1'), {
      why: 'errors seen',
      signal: never,
    }),
  );
  const [ending, answer] = await world.clock.run(Promise.all([running, asked]));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(ending.reason).toContain('bob');
  expect(answer.result).toBe('rolled-back');
});

test('an approval lets the deployment go on, a rejection sends it back', async () => {
  for (const [kind, result] of [
    ['approve', 'succeeded'],
    ['reject', 'rolled-back'],
  ] as const) {
    const world = servingWorld();
    const actions = [
      ...canaryActions.slice(0, 3),
      { kind: 'approve' as const, question: 'ship it?', expires: 600_000 },
      ...canaryActions.slice(3),
    ];
    const running = begin(world, actions).then((session) => drive(session));
    void world.clock.sleep(60_000).then(async () => {
      const { state } = await readNewest(world, 'shop-1');
      if (state) await sendControl(world, state, { kind, reason: null, actor: world.holder.actor });
    });
    expect((await world.clock.run(running)).result).toBe(result);
  }
});

test('without anybody to ask, a deployment lets go at its approval and somebody else carries it on', async () => {
  const world = servingWorld({ waitForApproval: false });
  const actions = [
    ...canaryActions.slice(0, 3),
    { kind: 'approve' as const, question: 'ship it?', expires: 600_000 },
    ...canaryActions.slice(3),
  ];
  expect(await deploy(world, actions)).toMatchObject({ result: 'waiting', exit: 5 });
  const { state } = await readNewest(world, 'shop-1');
  if (state)
    await sendControl(world, state, { kind: 'approve', reason: null, actor: world.holder.actor });
  const ending = await world.clock.run(
    readNewest(world, 'shop-1').then((newest) => resume(world, newest, { signal: never })),
  );
  expect(ending.result).toBe('succeeded');
});

test('hooks run in order and are undone in reverse when the deployment goes back', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  const hook = (name: string) => ({
    kind: 'run' as const,
    name,
    command: ['do', name],
    timeout: 1000,
    undo: ['undo', name],
  });
  await deploy(world, [hook('one'), hook('two'), ...canaryActions]);
  expect(world.commands).toEqual([
    ['do', 'one'],
    ['do', 'two'],
    ['undo', 'two'],
    ['undo', 'one'],
  ]);
});

describe('a hook whose undo cannot be run any more', () => {
  const hook = { kind: 'run' as const, name: 'migrate', command: ['do'], timeout: 1000 };

  async function stuck() {
    const world = servingWorld();
    world.readings.set('probe', () => no);
    const ending = await deploy(world, [{ ...hook, undo: ['false'] }, ...canaryActions]);
    return { world, ending };
  }

  const again = (world: TestWorld, skipUndo: boolean) =>
    world.clock.run(
      readNewest(world, 'shop-1').then((newest) =>
        rollbackUnfinished(world, newest, { why: 'asked', signal: never, skipUndo }),
      ),
    );

  test('holds the way back, and is tried again by whoever does not say otherwise', async () => {
    const { world, ending } = await stuck();
    expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
    expect(world.events.findLast(({ type }) => type === 'paused')?.data).toMatchObject({
      undo: true,
    });
    expect(await again(world, false)).toMatchObject({ result: 'stuck', exit: 4 });
    expect(world.commands).toEqual([['do'], ['false'], ['false']]);
  });

  test('is left out when a person says so, which the record keeps', async () => {
    const { world } = await stuck();
    expect(await again(world, true)).toMatchObject({ result: 'rolled-back' });
    expect([...world.platform.releases.keys()]).toEqual([v1.id]);
    expect(world.commands).toEqual([['do'], ['false']]);
    const { state } = await readNewest(world, 'shop-1');
    expect(state?.ended?.reason).toContain('undo migrate: skipped, as ada asked');
  });

  test('is not left out before it has failed', async () => {
    const world = servingWorld();
    const running = deploy(world, [{ ...hook, undo: ['undo'] }, ...canaryActions]);
    world.readings.set('probe', () => {
      world.interrupt('SIGINT');
      return no;
    });
    await running;
    expect(await again(world, true)).toMatchObject({ result: 'rolled-back' });
    expect(world.commands).toEqual([['do'], ['undo']]);
  });
});

test('a deadline for the whole sends back what is not finished by then', async () => {
  const world = servingWorld();
  const plan = await planOf(world, canaryActions, { deadline: 5000 });
  const running = readNewest(world, plan.target.id)
    .then((newest) => open(world, plan, newest))
    .then((session) => drive(session));
  const ending = await world.clock.run(running);
  expect(ending).toMatchObject({ result: 'rolled-back', reason: 'not finished within 5s' });
});

test.each<[string, (world: TestWorld) => unknown]>([
  ['succeeded', () => {}],
  ['rolled-back', (world) => world.readings.set('probe', () => no)],
  ['interrupted', (world) => void world.clock.sleep(5000).then(() => world.interrupt('SIGINT'))],
])('nothing is waited for any more when a deployment has %s', async (result, prepare) => {
  const world = servingWorld();
  prepare(world);
  const plan = await planOf(world, canaryActions, { deadline: 3_600_000, keep: 1 });
  const work = readNewest(world, plan.target.id)
    .then((newest) => open(world, plan, newest))
    .then((session) => drive(session));
  expect((await world.clock.run(work)).result).toBe(result);
  const over = world.clock.monotonic();
  const silent = world.clock.run(new Promise(() => {}));
  await expect(silent).rejects.toThrow(`nothing more happens at ${over} ms`);
});

test('of a hook that failed its last twenty lines are told, also when it took all of its time', async () => {
  const world = servingWorld();
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  Object.assign(world, {
    run: async (_command: unknown, { timeout }: { timeout: number }) => {
      await world.clock.sleep(timeout + 1000);
      return { code: 143, output: `${lines.join('\n')}\n` };
    },
  });
  const hook = { name: 'migrate', command: ['migrate'], timeout: 5000, undo: null };
  const { reason } = await deploy(world, [{ kind: 'run', ...hook }, ...canaryActions]);
  expect(reason).toContain('migrate exited with code 143');
  const turned = world.events.find(({ type }) => type === 'turned');
  expect(turned?.data).toMatchObject({ logs: lines.slice(10) });
});

test('of a hook that has no exit code of its own it is told how it ended', async () => {
  const world = servingWorld();
  const ended = 'was ended by SIGKILL';
  Object.assign(world, { run: async () => ({ code: 127, output: '', ended }) });
  const hook = { name: 'migrate', command: ['migrate'], timeout: 5000, undo: null };
  const { reason } = await deploy(world, [{ kind: 'run', ...hook }, ...canaryActions]);
  expect(reason).toContain('migrate was ended by SIGKILL');
});
