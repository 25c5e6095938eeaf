import { expect, test } from 'vitest';
import {
  type DeployEvent,
  type Operation,
  type Provider,
  ProviderError,
} from '../../../src/contract/index.ts';
import { drive, readNewest, resume, rollbackUnfinished } from '../../../src/engine/index.ts';
import { copy } from '../../helpers/contract-copy.ts';
import { canaryActions, no, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import {
  another,
  at,
  begin,
  never,
  running,
  servingWorld,
  silence,
  TARGET,
  tampered,
} from '../stage.ts';

/** A provider that does this instead of its work, as often as said. */
function failing(method: keyof Provider, times: number, instead: () => Promise<never>): TestWorld {
  const world = servingWorld();
  const inner = world.provider[method] as (...args: unknown[]) => Promise<unknown>;
  let left = times;
  const changed = (...args: unknown[]) => (left-- > 0 ? instead() : inner(...args));
  return tampered(world, { [method]: changed } as Partial<Provider>);
}

const transient = async () => {
  throw new ProviderError('transient', '503');
};

test.each(['apply', 'verify'] as const)(
  'an %s that never answers is tried again',
  async (method) => {
    const world = failing(method, 2, silence);
    expect((await world.clock.run(running(world))).result).toBe('succeeded');
  },
);

test.each(['apply', 'verify', 'observe'] as const)(
  'an %s that fails for a while is only a delay',
  async (method) => {
    const world = servingWorld();
    const inner = world.provider[method] as (...args: unknown[]) => Promise<unknown>;
    const changed = (...args: unknown[]) =>
      world.clock.monotonic() > 0 && world.clock.monotonic() < 9000 ? transient() : inner(...args);
    tampered(world, { [method]: changed } as Partial<Provider>);
    expect((await world.clock.run(running(world))).result).toBe('succeeded');
  },
);

test('a platform that is down until the step is over is left alone: the deployment rests and can be resumed', async () => {
  const world = servingWorld();
  const { apply, verify, observe } = world.provider;
  let down = false;
  let calls = 0;
  const guard =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) =>
      down ? transient() : call(...args);
  tampered(world, {
    observe: guard(observe),
    verify: guard(verify),
    apply: guard((operation, context) => {
      calls += 1;
      return apply(operation, context);
    }),
  });
  at(world, 5000, () => {
    down = true;
  });
  const unwatched = canaryActions.map((action) => ({ ...action, watch: [] }));
  const ending = await world.clock.run(running(world, unwatched));
  expect(ending).toMatchObject({ result: 'failed', exit: 5 });
  expect(calls).toBe(2);
  down = false;
  const again = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(again)).result).toBe('succeeded');
});

test('a change by other hands stops the deployment with what was expected and what was found, exit 7', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'route'
        ? { state: 'diverged', expected: { v1: 50 }, found: { v1: 90 } }
        : verify(operation, context),
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
  expect(ending.reason).toContain('expected {"v1":50}, found {"v1":90}');
  expect(world.platform.releases.has(v2.id)).toBe(true);
});

test('a change by other hands while nobody held the deployment is not overwritten by a resume', async () => {
  const world = servingWorld();
  const session = await world.clock.run(begin(world));
  await world.clock.run(session.record({ kind: 'step', outcome: null, intent: '01-start' }));
  const other = another(world);
  other.dead.add('ada');
  let sent = 0;
  tampered(other, {
    apply: async () => {
      sent += 1;
    },
    verify: async () => ({ state: 'diverged', expected: { replicas: 4 }, found: { replicas: 9 } }),
  });
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  expect(await world.clock.run(work)).toMatchObject({ result: 'diverged', exit: 7 });
  expect(sent).toBe(0);
});

test('an answer that was lost is read back and not sent again when it took', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  const sent: Operation[] = [];
  tampered(world, {
    apply: async (operation, context) => {
      sent.push(operation);
      await apply(operation, context);
      throw new ProviderError('unknown', 'connection reset');
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect(sent).toHaveLength(5);
});

test('a call that takes effect after the way back is over is undone before the end is said', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  world.readings.set('probe', () => no);
  tampered(world, {
    apply: async (operation, context) => {
      const forward = operation.kind === 'route' && (operation.split[v2.id] ?? 0) > 0;
      if (!forward) return apply(operation, context);
      await apply(operation, context);
      at(world, 12_000, () => apply(operation, context).catch(() => {}));
      throw new ProviderError('unknown', 'connection reset');
    },
  });
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('rolled-back');
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
});

test('a release whose start arrives again after its removal is removed again before the end is said', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  let late = true;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      if (operation.kind !== 'start' || !late) return;
      late = false;
      at(world, 12_000, () => apply(operation, context));
      throw new ProviderError('unknown', 'connection reset');
    },
  });
  at(world, 1000, () => world.interrupt('SIGINT'));
  const begun = begin(world, canaryActions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('a step has its own deadline, and as many tries as the plan gives it', async () => {
  const world = servingWorld();
  tampered(world, { verify: async () => ({ state: 'pending', progress: '0 of 4 ready' }) });
  const [start] = canaryActions;
  const work = running(world, [{ ...start, deadline: 10_000, attempts: 3, onFailure: 'hold' }]);
  const ending = await world.clock.run(work);
  expect(ending.result).toBe('failed');
  expect(ending.reason).toContain('0 of 4 ready');
  expect(world.clock.monotonic()).toBeGreaterThanOrEqual(30_000);
  expect(world.clock.monotonic()).toBeLessThan(32_000);
});

test('a throttled call waits as long as it was asked to', async () => {
  const world = failing('apply', 1, async () => {
    throw new ProviderError('throttled', '429', { retryAfter: 7000 });
  });
  await world.clock.run(running(world));
  const retrying = world.events.find((event) => event.type === 'retrying');
  expect(retrying?.data).toMatchObject({ wait: 7000 });
});

test('also one whose error a plug-in made with its own copy of the contract', async () => {
  const world = failing('apply', 1, async () => {
    throw new copy.ProviderError('throttled', '429', { retryAfter: 7000 });
  });
  await world.clock.run(running(world));
  const retrying = world.events.find((event) => event.type === 'retrying');
  expect(retrying?.data).toMatchObject({ wait: 7000 });
});

test('a conflict is tried again at once, and one that stays less and less often', async () => {
  const sent: number[] = [];
  const world = tampered(servingWorld(), {
    apply: async () => {
      sent.push(world.clock.monotonic());
      throw new ProviderError('conflict', '409');
    },
  });
  const [start] = canaryActions;
  const work = running(world, [{ ...start, deadline: 60_000, onFailure: 'hold' }]);
  expect((await world.clock.run(work)).result).toBe('failed');
  expect((sent[1] ?? Infinity) - (sent[0] ?? 0)).toBeLessThan(100);
  expect(sent.length).toBeLessThan(30);
});

test.each([
  ['permanent', { result: 'rolled-back', exit: 3 }],
  ['fenced', { code: 'provider-failed', exit: 1, why: expect.stringContaining('an older backup') }],
] as const)('a call that is refused as %s is not sent again', async (failure, ending) => {
  const world = servingWorld();
  const { apply } = world.provider;
  let sent = 0;
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind !== 'route' || !operation.split[v2.id]) return apply(operation, context);
      sent += 1;
      throw new ProviderError(failure, 'no');
    },
  });
  const end = await world.clock.run(running(world)).catch((error: unknown) => error);
  expect(end).toMatchObject(ending);
  expect(sent).toBe(1);
});

test('an operation of several phases is sent again as soon as the platform asks for it', async () => {
  const world = servingWorld();
  const { apply, verify } = world.provider;
  const sent: number[] = [];
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind === 'retire') sent.push(world.clock.monotonic());
      return apply(operation, context);
    },
    verify: async (operation, context) =>
      operation.kind === 'retire' && sent.length < 3
        ? { state: 'pending', progress: `phase ${sent.length} of 3`, again: true }
        : verify(operation, context),
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect(sent).toHaveLength(3);
  expect((sent.at(-1) ?? 0) - (sent[0] ?? 0)).toBeLessThan(1000);
});

test('the next change waits until a call whose answer was lost can arrive no more', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  const routed: number[] = [];
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      if (operation.kind === 'route') routed.push(world.clock.monotonic());
      if (routed.length === 1) throw new ProviderError('unknown', 'connection reset');
    },
  });
  const unwatched = canaryActions.filter(({ kind }) => kind !== 'hold');
  expect((await world.clock.run(running(world, unwatched))).result).toBe('succeeded');
  const [lost = 0, next = 0] = routed;
  expect(next - lost).toBeGreaterThanOrEqual(world.pace.call);
});

test.each([[['panic: no such table']], [undefined]])(
  'what the platform reports as failed sends the deployment back, with the logs it gives: %j',
  async (logs) => {
    const world = servingWorld();
    const { verify } = world.provider;
    tampered(world, {
      verify: async (operation, context) =>
        operation.kind === 'start' && operation.release.id === v2.id
          ? { state: 'failed', reason: 'it crashes at its start', ...(logs ? { logs } : {}) }
          : verify(operation, context),
    });
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({
      result: 'rolled-back',
      reason: 'start: it crashes at its start',
    });
    const turned = world.events.find(({ type }) => type === 'turned');
    expect(turned?.data).toMatchObject({ logs: logs ?? [] });
  },
);

test('what the platform reports as failed on the way back is tried again', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  const { verify } = world.provider;
  let left = 3;
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'retire' && left-- > 0
        ? { state: 'failed', reason: 'a unit does not stop' }
        : verify(operation, context),
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
});

test('a way back that is stuck is resumed backwards, and finished when the platform is well again', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  const { apply } = world.provider;
  let broken = true;
  tampered(world, {
    apply: async (operation, context) => {
      if (broken && operation.kind === 'retire') throw new ProviderError('permanent', 'forbidden');
      return apply(operation, context);
    },
  });
  const stuck = await world.clock.run(running(world));
  expect(stuck).toMatchObject({ result: 'stuck', exit: 4 });
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
  broken = false;
  world.readings.delete('probe');
  const ending = await world.clock.run(
    readNewest(world, TARGET).then((found) => resume(world, found, { signal: never })),
  );
  expect(ending.result).toBe('rolled-back');
});

test.each(['diverged', 'failed', 'stuck'] as const)(
  'a deployment that stopped as %s can be rolled back',
  async (stop) => {
    const world = servingWorld();
    const { verify, apply } = world.provider;
    let broken = true;
    if (stop !== 'diverged') world.readings.set('probe', () => no);
    tampered(world, {
      verify: async (operation, context) =>
        broken && stop === 'diverged' && operation.kind === 'route'
          ? { state: 'diverged', expected: 1, found: 2 }
          : verify(operation, context),
      apply: async (operation, context) => {
        if (broken && stop === 'stuck' && operation.kind === 'retire')
          throw new ProviderError('permanent', 'forbidden');
        return apply(operation, context);
      },
    });
    const actions = canaryActions.map((action) => ({
      ...action,
      onFailure: stop === 'failed' ? ('hold' as const) : ('rollback' as const),
    }));
    expect((await world.clock.run(running(world, actions))).result).toBe(stop);
    broken = false;
    const ending = await world.clock.run(
      readNewest(world, TARGET).then((found) =>
        rollbackUnfinished(world, found, { why: 'asked', signal: never }),
      ),
    );
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect([...world.platform.releases.keys()]).toEqual([v1.id]);
  },
);

test.each([
  ['from its first call on', (event: DeployEvent) => event.type === 'turned'],
  [
    'to the last look',
    ({ type, data }: DeployEvent) =>
      type === 'step-ended' && data.direction === 'back' && data.step.action.kind === 'retire',
  ],
])('a platform that does not answer the way back, %s, needs a person: exit 4', async (_, since) => {
  const world = servingWorld();
  const { apply, verify, observe } = world.provider;
  const guard =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) =>
      world.events.some(since) ? transient() : call(...args);
  tampered(world, { apply: guard(apply), verify: guard(verify), observe: guard(observe) });
  world.readings.set('probe', () => no);
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
});

test('a call that is lost again and again is sent a few times a minute, whatever class its failure has', async () => {
  for (const failure of ['unknown', 'transient', 'throttled', 'conflict'] as const) {
    const world = servingWorld();
    const sent: number[] = [];
    tampered(world, {
      apply: async () => {
        sent.push(world.clock.monotonic());
        throw new ProviderError(failure, 'no answer');
      },
    });
    await world.clock.run(running(world));
    const busiest = Math.max(
      ...sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length),
    );
    expect(busiest, failure).toBeGreaterThan(1);
    expect(busiest, failure).toBeLessThan(20);
  }
});
