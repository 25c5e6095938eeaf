import { describe, expect, test } from 'vitest';
import type { BackgroundSource, Measurement, MeasureRequest } from '../../../src/contract/index.ts';
import { drive } from '../../../src/engine/index.ts';
import { canaryActions, no, probeGate, v1, v2, yes } from '../../helpers/world.ts';
import { begin, running, servingWorld, silence, tampered } from '../stage.ts';

const nothing: Measurement = { ...yes, kind: 'noData', candidate: null, detail: 'no requests' };

test.each<[string, () => Measurement | Promise<Measurement>]>([
  [
    'throws',
    () => {
      throw new Error('connection refused');
    },
  ],
  ['never answers', silence],
  ['has no data', () => nothing],
  ['measures another version', () => ({ ...yes, kind: 'wrongVersion' })],
  ['gives no number', () => ({ ...yes, candidate: { value: Number.NaN, samples: 1 } })],
])('a gate that %s is never a pass: the deployment goes back', async (_what, reading) => {
  const world = servingWorld();
  world.readings.set('probe', reading);
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.live).toBe(v1.id);
});

test('a gate that finds its voice within the extension passes', async () => {
  const world = servingWorld();
  const quietUntil = 12_000;
  world.readings.set('probe', () => (world.clock.monotonic() < quietUntil ? nothing : yes));
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
});

test.each([
  ['silent', 'bad'],
  ['bad', 'silent'],
])(
  'a gate that says no at the end is heard beside one that cannot say: %s, %s',
  async (...gates) => {
    const world = servingWorld();
    const { judge } = world;
    const conclude: typeof judge.final = ({ minSamples }) =>
      minSamples === 1
        ? { verdict: 'fail', reason: 'too slow on the whole' }
        : { verdict: 'inconclusive', reason: 'no data' };
    const undecided: typeof judge.judge = (...asked) => {
      const { state, judgement } = judge.judge(...asked);
      return { state, judgement: { ...judgement, verdict: 'inconclusive' } };
    };
    Object.assign(world, {
      judge: { ...judge, judge: undecided, final: conclude, settled: conclude },
    });
    const silent = { ...probeGate, judge: { ...probeGate.judge, minSamples: 2 } };
    const hold = { kind: 'hold', duration: 5000, extension: 60_000 } as const;
    const actions = [{ ...hold, watch: gates }, ...canaryActions];
    const options = { gates: { silent, bad: probeGate, probe: probeGate } };
    const ending = await world.clock.run(begin(world, actions, options).then((one) => drive(one)));
    expect(ending).toMatchObject({ result: 'rolled-back', reason: 'bad: too slow on the whole' });
    // More time would help only the one that cannot say yet.
    expect(world.clock.monotonic()).toBeLessThan(10_000);
  },
);

test('one gate that never answers does not delay what another one finds', async () => {
  const world = servingWorld();
  const { source } = world;
  let asked = 0;
  Object.assign(world, {
    source: (kind: string) => ({
      measure: async (request: never) => {
        asked += 1;
        return asked === 1 ? silence() : (await source(kind)).measure(request);
      },
    }),
  });
  world.readings.set('probe', () => no);
  await world.clock.run(running(world));
  const routed = world.events.filter(({ type }) => type === 'routed').at(-1);
  expect((routed?.at ?? Infinity) - world.clock.wallOffset).toBeLessThan(4000);
});

test('a gate that was answered late is asked at its interval again, and for what it missed once', async () => {
  const world = servingWorld();
  const asked: number[] = [];
  world.readings.set('probe', async () => {
    asked.push(world.clock.monotonic());
    if (asked.length === 1) await world.clock.sleep(5500);
    return yes;
  });
  const hold = { kind: 'hold', duration: 12_000, extension: 0, watch: ['probe'] } as const;
  const gates = { probe: { ...probeGate, timeout: 10_000 } };
  await world.clock.run(begin(world, [hold], { gates }).then((session) => drive(session)));
  const [first = 0, ...later] = asked.map((at) => at - (asked[0] ?? 0));
  expect([first, ...later.slice(0, 4)]).toEqual([0, 5500, 6500, 7500, 8500]);
});

test('a platform that cannot be read for a moment costs a gate one reading, not the deployment', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  tampered(world, {
    observe: async () => {
      const now = world.clock.monotonic();
      if (now > 3500 && now < 4500) throw new Error('ECONNRESET');
      return observe();
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
});

test('a source whose background cannot begin, or end, is only a warning', async () => {
  const world = servingWorld();
  let begun = 0;
  const load: BackgroundSource = {
    measure: async () => yes,
    begin: async () => {
      begun += 1;
      if (begun === 1) throw new Error('port in use');
      return silence;
    },
  };
  Object.assign(world, { source: () => load });
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('succeeded');
  const warned = world.events.some(
    (event) => event.type === 'notice' && event.data.message.includes('port in use'),
  );
  expect([warned, begun]).toEqual([true, 3]);
});

test('a background that had not begun when its step was over is missed by nobody', async () => {
  const world = servingWorld();
  let cut = 0;
  const load: BackgroundSource = {
    measure: async () => yes,
    begin: ({ signal }) =>
      new Promise((_, reject) => {
        const late = () => {
          cut += 1;
          reject(new Error('no answer within 15s'));
        };
        signal.addEventListener('abort', late, { once: true });
      }),
  };
  Object.assign(world, { source: () => load });
  const silent = { ...probeGate, judge: { ...probeGate.judge, onNoData: 'pass' as const } };
  const hold = { kind: 'hold', duration: 2000, extension: 0, watch: ['probe'] } as const;
  const options = { gates: { probe: silent } };
  await world.clock.run(begin(world, [hold], options).then((session) => drive(session)));
  expect(cut).toBeGreaterThan(0);
  const warned = world.events.filter(
    (event) => event.type === 'notice' && event.data.message.includes('could not begin'),
  );
  expect(warned).toEqual([]);
});

test('what was set going for a step ends with it, and so do its ways', async () => {
  const world = servingWorld();
  const { access } = world.provider;
  if (!access) throw new Error('the memory platform has ways to its releases');
  let [going, most, open] = [0, 0, 0];
  tampered(world, {
    access: {
      ...access,
      reach: async (...wanted) => {
        const way = await access.reach(...wanted);
        open += 1;
        const close = async () => {
          open -= 1;
        };
        return way && { ...way, close };
      },
    },
  });
  const load: BackgroundSource = {
    measure: async () => yes,
    begin: async ({ reach }) => {
      await reach();
      going += 1;
      most = Math.max(most, going);
      return async () => {
        going -= 1;
      };
    },
  };
  Object.assign(world, { source: () => load });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect([going, most, open]).toEqual([0, 1, 0]);
});

test.each([
  ['fails', () => no],
  ['has no data', () => nothing],
])('a gate that only advises and %s changes nothing', async (_what, reading) => {
  const world = servingWorld();
  world.readings.set('probe', reading);
  const gates = { probe: { ...probeGate, advisory: true } };
  const work = begin(world, canaryActions, { gates }).then((session) => drive(session));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});

test('a check that nobody can answer is no pass', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => nothing);
  const [start, ...rest] = canaryActions;
  const check = { kind: 'check', gates: ['probe'], release: v2.id } as const;
  const unwatched = rest.map((action) => ({ ...action, watch: [] }));
  const ending = await world.clock.run(running(world, [start, check, ...unwatched]));
  expect(ending.result).toBe('rolled-back');
  expect(ending.reason).toContain('not passed within 1m');
});

/** What a gate was asked during the first hold, each with the time of its asking. */
async function askedInHold(of: Partial<typeof probeGate>) {
  const world = servingWorld();
  const asked: { now: number; request: MeasureRequest }[] = [];
  const measure = async (request: MeasureRequest) => {
    asked.push({ now: world.clock.wall(), request });
    return yes;
  };
  Object.assign(world, { source: () => ({ measure }) });
  const gates = { probe: { ...probeGate, ...of } };
  const actions = canaryActions.slice(0, 3);
  const work = begin(world, actions, { gates }).then((session) => drive(session));
  await world.clock.run(work);
  return { asked, routed: world.events.find(({ type }) => type === 'routed')?.at ?? 0 };
}

test('no window is asked for that lies before the change of weight or that the source still counts', async () => {
  const [delay, warmup] = [2000, 1000];
  const { asked, routed } = await askedInHold({ delay, warmup });
  expect(asked.length).toBeGreaterThan(5);
  for (const { now, request } of asked) {
    expect(request.window.from).toBeGreaterThanOrEqual(routed + warmup);
    expect(request.window.to).toBe(now - delay);
    expect(request.window.age).toBe(delay);
    expect(request.window.to - request.window.from).toBe(request.window.span);
    expect(request.window.span).toBeGreaterThan(0);
  }
});

test('a source knows how long its answer is waited for', async () => {
  const { asked } = await askedInHold({ timeout: 700 });
  expect(asked.map(({ request }) => request.within)).toEqual(asked.map(() => 700));
  expect(asked.length).toBeGreaterThan(0);
});

test('during a hold the new version is asked for by name, beside the one that served before', async () => {
  const { asked } = await askedInHold({});
  const [subject] = asked.map(({ request }) => request.subject);
  expect(subject).toMatchObject({ candidate: v2, stable: v1, track: 'candidate' });
  const [way] = await Promise.all(asked.map(({ request }) => request.reach()));
  expect(way?.url).toContain(v2.id);
});

describe('a gate that errs as often in a row as its limit allows', () => {
  const down = () => Promise.reject(new Error('connection refused'));

  test('ends a hold at once, and not by the extension', async () => {
    const world = servingWorld();
    world.readings.set('probe', down);
    const hold = { kind: 'hold', duration: 2000, extension: 300_000, watch: ['probe'] } as const;
    const ending = await world.clock.run(begin(world, [hold]).then((session) => drive(session)));
    expect(ending).toMatchObject({
      result: 'rolled-back',
      reason: expect.stringMatching(/^probe: blind, \d errors in a row: connection refused$/),
    });
    expect(world.clock.monotonic()).toBeLessThan(10_000);
  });

  test('ends a long one, too: nobody sees what is served meanwhile', async () => {
    const world = servingWorld();
    world.readings.set('probe', () => (world.clock.monotonic() > 60_000 ? down() : yes));
    const hold = { kind: 'hold', duration: 600_000, extension: 0, watch: ['probe'] } as const;
    await world.clock.run(begin(world, [hold]).then((session) => drive(session)));
    expect(world.clock.monotonic()).toBeLessThan(75_000);
  });

  test('ends nothing where it is only advisory', async () => {
    const world = servingWorld();
    world.readings.set('probe', down);
    const hold = { kind: 'hold', duration: 20_000, extension: 0, watch: ['probe'] } as const;
    const gates = { probe: { ...probeGate, advisory: true } };
    const run = begin(world, [hold, ...canaryActions], { gates }).then((one) => drive(one));
    expect(await world.clock.run(run)).toMatchObject({ result: 'succeeded' });
    expect(world.clock.monotonic()).toBeGreaterThan(20_000);
  });
});
