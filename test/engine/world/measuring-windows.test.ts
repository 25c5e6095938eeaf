import { describe, expect, test } from 'vitest';
import type { GateSpec, Measurement, MeasureRequest, Window } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { probeGate, type TestWorld, v1, v2, yes } from '../../helpers/world.ts';
import { another, at, begin, never, servingWorld, slow, TARGET } from '../stage.ts';

interface Asked extends Window {
  readonly now: number;
}

/** A source that is told its windows, and remembers them. */
function watching(world: TestWorld, answer: (nth: number) => Measurement = () => yes): Asked[] {
  const asked: Asked[] = [];
  const measure = async ({ window }: MeasureRequest) => {
    asked.push({ ...window, now: world.clock.wall() });
    return answer(asked.length);
  };
  Object.assign(world, { source: () => ({ measure }) });
  return asked;
}

const start = { kind: 'start', release: v2, capacity: 100, weights: [50, 100] } as const;
const route = (weight: number) =>
  ({ kind: 'route', split: { [v1.id]: 100 - weight, [v2.id]: weight }, match: null }) as const;
const hold = (duration: number) =>
  ({ kind: 'hold', duration, extension: 0, watch: ['probe'] }) as const;

const gatesOf = (of: Partial<GateSpec>) => ({
  probe: { ...probeGate, windowed: true, ...of } as GateSpec,
});

const run = (world: TestWorld, actions: Parameters<typeof begin>[1], of: Partial<GateSpec>) =>
  world.clock.run(begin(world, actions, { gates: gatesOf(of) }).then((one) => drive(one)));

/** When weights were read back as changed. */
const routes = (world: TestWorld) =>
  world.events.flatMap(({ type, at }) => (type === 'routed' ? [at] : []));

/** A change of weight is read back after some looks only. */
function slowly(world: TestWorld): void {
  const { verify } = world.provider;
  let looks = 0;
  Object.assign(world.provider, {
    verify: async (...of: Parameters<typeof verify>) => {
      looks = of[0].kind === 'route' ? looks + 1 : 0;
      return of[0].kind === 'route' && looks <= 12
        ? { state: 'pending', progress: 'on its way' }
        : verify(...of);
    },
  });
}

function expectOnce(asked: readonly Asked[]): void {
  for (const [index, { from }] of asked.entries())
    expect(from).toBeGreaterThanOrEqual(asked[index - 1]?.to ?? 0);
}

const NOWHERE = [start, route(50), hold(30_000), route(100), hold(30_000)];

describe('a source that says how late it is and what its periods are', () => {
  const facts = { interval: 6000, delay: 2500, align: 3000, warmup: 0 };

  test('is asked for whole periods of its own, once each, when it has all of them', async () => {
    const world = servingWorld();
    // Nothing that happens here falls on a period by chance.
    await world.clock.run(world.clock.sleep(1234));
    const asked = watching(world);
    await run(world, NOWHERE, facts);
    expect(asked.length).toBeGreaterThanOrEqual(8);
    for (const { from, to, span, age, now } of asked) {
      expect([from % 3000, to % 3000]).toEqual([0, 0]);
      expect(span).toBe(to - from);
      expect(age).toBe(now - to);
      expect(age).toBeGreaterThanOrEqual(2500);
    }
    expectOnce(asked);
  });

  test('is asked as soon as the first whole period behind the change of weight can be there', async () => {
    const world = servingWorld();
    await world.clock.run(world.clock.sleep(1234));
    const asked = watching(world);
    await run(world, NOWHERE, facts);
    const [routed = 0] = routes(world);
    const first = Math.ceil(routed / 3000) * 3000;
    expect(asked[0]).toMatchObject({ from: first, to: first + 3000, now: first + 3000 + 2500 });
  });
});

test.each([
  ['any window', {}],
  ['periods', { align: 2000, interval: 4000 }],
  ['late data', { delay: 5000 }],
])('no window spans a change of weight: %s', async (_what, of) => {
  const world = servingWorld();
  const asked = watching(world);
  slowly(world);
  // Traffic is watched while the next change is made, too.
  const watched = { ...route(100), watch: ['probe'] };
  await run(world, [start, route(50), hold(30_000), watched, hold(30_000)], of);
  const changes = routes(world);
  const begun = world.events.flatMap((event) =>
    event.type === 'step-begun' && event.data.step.action.kind === 'route' ? [event.at] : [],
  );
  expect([changes.length, begun.length]).toEqual([2, 2]);
  // Nobody knows when between its being sent and its being read back a change comes true.
  for (const [index, change] of changes.entries())
    expect(asked.filter(({ from, to }) => from < change && to > (begun[index] ?? 0))).toEqual([]);
  expect(asked.filter(({ from }) => from >= (changes[1] ?? 0)).length).toBeGreaterThan(3);
  expectOnce(asked);
});

test('a change that takes its time is watched from when it is read back', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  Object.assign(world.provider, {
    observe: async () => {
      const seen = await observe();
      return { ...seen, capabilities: slow(seen.capabilities, 20_000) };
    },
  });
  const asked = watching(world);
  const watched = { ...route(50), watch: ['probe'] };
  await run(world, [start, watched], {});
  const [change = 0] = routes(world);
  expect(asked[0]?.from).toBeGreaterThanOrEqual(change);
  expect(asked.length).toBeGreaterThan(15);
});

test('what could not be read is asked for again, and what was read never', async () => {
  const world = servingWorld();
  const late: Measurement = { ...yes, kind: 'partial', candidate: null };
  const asked = watching(world, (nth) => (nth === 1 || nth === 4 ? late : yes));
  await run(world, [start, route(50), hold(40_000)], { interval: 1000, align: 5000 });
  expect(asked[1]).toMatchObject({ from: asked[0]?.from, to: asked[0]?.to });
  const read = asked.filter((_, index) => index !== 0 && index !== 3);
  expect(read.length).toBeGreaterThan(4);
  expectOnce(read);
});

test('a check in the middle of the course does not look back over the change before it', async () => {
  const world = servingWorld();
  const asked = watching(world);
  const check = { kind: 'check', gates: ['probe'], release: v2.id } as const;
  await run(world, [check, start, route(50), check], { interval: 4000 });
  const [change = Infinity] = routes(world);
  expect(asked.length).toBe(2);
  expect(asked[0]?.now).toBeLessThanOrEqual(change);
  expect(asked[1]?.from).toBeGreaterThanOrEqual(change);
});

test('whoever resumes does not ask about a time in which it has seen nothing', async () => {
  const world = servingWorld();
  watching(world);
  at(world, 10_500, () => world.interrupt('SIGINT'));
  await run(world, [start, route(50), hold(30_000)], { interval: 4000 });
  const other = another(world);
  const asked = watching(other);
  const began = other.clock.wall();
  await other.clock.run(
    readNewest(other, TARGET).then((found) => resume(other, found, { signal: never })),
  );
  expect(asked[0]?.from).toBeGreaterThanOrEqual(began);
});

test('a release warms up once, after its first traffic, and not at every step', async () => {
  const world = servingWorld();
  const asked = watching(world);
  await run(world, NOWHERE, { warmup: 12_000 });
  const [first = 0, second = 0] = routes(world);
  expect((asked[0]?.from ?? 0) - first).toBe(12_000);
  const later = asked.filter(({ from }) => from >= second);
  expect((later[0]?.from ?? 0) - second).toBeLessThan(2000);
});

test('what answers at once is asked while weights change, whatever lies in its window', async () => {
  const world = servingWorld();
  const asked = watching(world);
  const watched = { ...route(100), watch: ['probe'] };
  slowly(world);
  await run(world, [start, watched], { windowed: false, interval: 500 });
  const [change = 0] = routes(world);
  expect(asked.filter(({ now }) => now < change).length).toBeGreaterThan(0);
});
