import { expect, test } from 'vitest';
import type { Json, Measurement, MeasureRequest } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { gateRecords, longWatch } from '../../helpers/long-watch.ts';
import { createTestWorld, probeGate, type TestWorld, v2, yes } from '../../helpers/world.ts';
import { another, at, begin, never, newest, servingWorld, TARGET } from '../stage.ts';

interface Begun {
  readonly former: Json | null;
  readonly again: boolean;
}

/** A judge that hands back how many readings it has seen in all, and tells with what it began. */
function counting(world: TestWorld): Begun[] {
  const { judge } = world;
  const begun: Begun[] = [];
  const counter: TestWorld['judge'] = {
    ...judge,
    begin: (former, again) => {
      begun.push({ former, again });
      return { seen: former ?? 0, inner: judge.begin(null, false) };
    },
    judge: (spec, state, ...asked) => {
      const { seen, inner } = state as { seen: number; inner: unknown };
      const judged = judge.judge(spec, inner, ...asked);
      const judgement = { ...judged.judgement, state: seen + 1 };
      return { state: { seen: seen + 1, inner: judged.state }, judgement };
    },
    final: (spec, state) => judge.final(spec, (state as { inner: unknown }).inner),
    settled: (spec, state) => judge.settled(spec, (state as { inner: unknown }).inner),
  };
  Object.assign(world, { judge: counter });
  return begun;
}

const hold = { kind: 'hold', duration: 20_500, extension: 0, watch: ['probe'] } as const;
const ask = { kind: 'check', gates: ['probe'] } as const;

test('what a judge hands back it gets again in the next step that asks of the same release', async () => {
  const world = servingWorld();
  const begun = counting(world);
  const actions = [{ ...ask, release: null }, { ...ask, release: v2.id }, hold, hold];
  await world.clock.run(begin(world, actions).then((session) => drive(session)));
  expect(begun).toEqual([
    { former: null, again: false },
    { former: null, again: false },
    { former: 1, again: false },
    { former: 21, again: false },
  ]);
});

const share = (bad: number, total: number): Measurement => ({
  ...yes,
  unit: 'ratio',
  candidate: { value: bad / total, samples: total, bad, total },
});

/** The holder lets go after so long, and somebody else goes on. */
async function resumedAfter(world: TestWorld, ms: number, options = {}) {
  at(world, ms, () => world.interrupt('SIGINT'));
  await world.clock.run(begin(world, [hold], options).then((session) => drive(session)));
  const other = another(world);
  const goOn = async () => resume(other, await readNewest(other, TARGET), { signal: never });
  return { other, goOn };
}

test('whoever resumes goes on from what was recorded', async () => {
  const world = servingWorld();
  counting(world);
  const { other, goOn } = await resumedAfter(world, 12_500);
  const recorded = (await newest(world))?.rounds.at(-1)?.judgement.state;
  expect(recorded).toBe(12);
  const begun = counting(other);
  await other.clock.run(goOn());
  expect(begun[0]).toEqual({ former: 12, again: true });
});

test('counts that only together prove something outlive the process that read them', async () => {
  const world = servingWorld();
  const limits = { ...probeGate.judge, max: 0.02, consecutive: 2 };
  const options = { gates: { probe: { ...probeGate, judge: limits } } };
  // One of them may be chance where one request in fifty may fail.
  world.readings.set('probe', () => share(3, 60));
  const { other, goOn } = await resumedAfter(world, 18_500, options);
  other.readings.set('probe', () => share(0, 10));
  const { reason } = await other.clock.run(goOn());
  expect(reason).toContain('4.22 % in all (54 of 1280), limit 2 %');
});

test('whoever is killed in the middle and resumed comes to the verdict at the same window', async () => {
  const against = (): Measurement => ({
    ...share(2, 60),
    stable: { value: 0.005, samples: 1200, bad: 6, total: 1200 },
  });
  const compare = { ratio: 1.5, difference: 0, floor: 0.001 };
  const options = { gates: { probe: { ...probeGate, judge: { ...probeGate.judge, compare } } } };
  const whole = servingWorld();
  whole.readings.set('probe', against);
  await whole.clock.run(begin(whole, [hold], options).then((session) => drive(session)));
  const expected = (await newest(whole))?.rounds.length ?? 0;
  expect(expected).toBeGreaterThan(6);
  expect(expected).toBeLessThan(20);

  const world = servingWorld();
  world.readings.set('probe', against);
  const { other, goOn } = await resumedAfter(world, (expected - 3) * 1000 + 500, options);
  other.readings.set('probe', against);
  const { reason } = await other.clock.run(goOn());
  expect(reason).toMatch(/evidence \d+, fails at 111$/);
  const rounds = (await newest(other))?.rounds ?? [];
  expect(rounds.map(({ judgement }) => judgement.verdict).indexOf('fail') + 1).toBe(expected);
});

test('of the readings in a record only the newest of a gate keeps its state', async () => {
  const records = gateRecords(await longWatch({ hours: 2, reading: () => share(0, 10) }));
  expect(records.length).toBeGreaterThan(20);
  let total = 0;
  for (const { rounds } of records) {
    total += 10 * rounds.length;
    const states = rounds.flatMap(({ judgement: { state } }) => (state ? [state] : []));
    expect(states).toEqual([expect.objectContaining({ total })]);
  }
});

test('what a judge keeps for itself is told to nobody', async () => {
  const world = servingWorld();
  counting(world);
  await world.clock.run(begin(world, [hold]).then((session) => drive(session)));
  const told = world.events.flatMap((event) => (event.type === 'measured' ? [event.data] : []));
  expect(told.length).toBeGreaterThan(10);
  for (const { judgement } of told) expect(judgement).not.toHaveProperty('state');
});

const against = { ratio: 1.5, difference: 0, floor: 0.001 };
const comparing = { ...probeGate, windowed: true, judge: { ...probeGate.judge, compare: against } };

/** Everything that a gate asks, with what it is answered. */
function asked(world: TestWorld, answer: () => Measurement): MeasureRequest[] {
  const requests: MeasureRequest[] = [];
  const measure = async (request: MeasureRequest) => {
    requests.push(request);
    return answer();
  };
  Object.assign(world, { source: () => ({ measure }) });
  return requests;
}

const both = (): Measurement => ({
  ...share(1, 400),
  stable: { value: 0.0025, samples: 800, bad: 2, total: 800 },
});

test('before its first window a gate that compares asks how stable did before, window by window', async () => {
  const world = servingWorld();
  const requests = asked(world, both);
  const options = { gates: { probe: comparing } };
  await world.clock.run(begin(world, [hold, hold], options).then((session) => drive(session)));
  const past = requests.filter(({ subject }) => subject.track === 'stable');
  expect(past).toHaveLength(30);
  expect(past.map(({ window }) => window.age)).toEqual(past.map((_, at) => at * 1000 + 1000));
  expect(new Set(past.map(({ window }) => window.span))).toEqual(new Set([1000]));
  expect(new Set(past.map(({ subject }) => subject.candidate.version))).toEqual(new Set(['v1']));
  expect(requests.filter(({ subject }) => subject.track === 'candidate').length).toBe(40);
});

test('a first release is compared with nothing: neither with itself nor with its own past', async () => {
  const world = createTestWorld();
  const requests = asked(world, both);
  const actions = [
    { kind: 'start', release: v2, capacity: 100, weights: [100] },
    { kind: 'route', split: { [v2.id]: 100 }, match: null },
    hold,
  ] as const;
  const options = { gates: { probe: comparing } };
  await world.clock.run(begin(world, actions, options).then((session) => drive(session)));
  expect(requests.length).toBeGreaterThan(10);
  for (const { subject } of requests)
    expect(subject).toMatchObject({ candidate: v2, stable: null, track: 'candidate' });
});

test('a source that remembers nothing is not asked for ever', async () => {
  const world = servingWorld();
  const requests = asked(world, () => ({ ...yes, kind: 'noData', candidate: null }));
  await world.clock.run(
    begin(world, [hold], { gates: { probe: comparing } }).then((session) => drive(session)),
  );
  expect(requests.filter(({ subject }) => subject.track === 'stable')).toHaveLength(3);
});

test('the gates that compare share one chance of a false alarm', async () => {
  const gates = {
    a: comparing,
    b: { ...comparing },
    c: { ...comparing, advisory: true },
    d: probeGate,
  };
  const world = servingWorld();
  const watching = { ...hold, watch: ['a', 'b', 'c', 'd'] };
  const session = await world.clock.run(begin(world, [watching], { gates }));
  const { plan } = session.state;
  expect(plan.gates.a?.judge.alpha).toBe(0.005);
  expect(plan.gates.b?.judge.alpha).toBe(0.005);
  expect(plan.gates.c?.judge).not.toHaveProperty('alpha');
  expect(plan.gates.d?.judge).not.toHaveProperty('alpha');
});
