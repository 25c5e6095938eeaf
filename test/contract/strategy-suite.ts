import { describe, expect, test } from 'vitest';
import type {
  CommonSettings,
  Hook,
  Observation,
  ObservedRelease,
  OnFailure,
  PlanInput,
  Release,
  Step,
  Strategy,
} from '../../src/contract/index.ts';
import { PHASES } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';

/** Draws for settings at random; the same seed draws the same. */
export interface Draw {
  upTo(bound: number): number;
  chance(probability: number): boolean;
  one<T>(from: readonly T[]): T;
  some<T>(from: readonly T[]): readonly T[];
}

export interface StrategyCase<Settings extends CommonSettings> {
  readonly strategy: Strategy<Settings>;
  /** Settings of its own at random; the common ones are drawn by the suite. */
  readonly settings: (draw: Draw, common: CommonSettings) => Settings;
}

export const GATES = ['errors', 'latency', 'smoke', 'orders', 'cpu'] as const;
const ROUNDS = 400;

/** What every strategy owes the engine, whatever its settings and whatever is live. */
export function strategySuite<S extends CommonSettings>({ strategy, settings }: StrategyCase<S>) {
  const each = (holds: (steps: readonly Step[], input: PlanInput<S>) => void) => () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const input = inputAt(seed, settings);
      try {
        holds(strategy.plan(input), input);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  };

  describe(`strategy ${strategy.name}`, () => {
    test('gives the same bytes for the same input, and leaves the input alone', () => {
      for (let seed = 1; seed <= ROUNDS; seed++) {
        const input = freeze(inputAt(seed, settings));
        const first = canonicalJson(strategy.plan(input));
        expect(canonicalJson(strategy.plan(inputAt(seed, settings))), `seed ${seed}`).toBe(first);
      }
    });

    test(
      'makes plain JSON',
      each((steps) => expect(JSON.parse(JSON.stringify(steps))).toEqual(steps)),
    );

    test(
      'numbers its steps in order, each id once, phases never backwards',
      each((steps) => {
        expect(steps.map(({ id }) => Number.parseInt(id, 10))).toEqual(
          steps.map((_, index) => index + 1),
        );
        expect(steps.every(({ id, action }) => id.endsWith(`-${action.kind}`))).toBe(true);
        expect(steps.map(({ id }) => id)).toEqual(steps.map(({ id }) => id).sort());
        const phases = steps.map(({ phase }) => PHASES.indexOf(phase));
        expect(phases).toEqual([...phases].sort((a, b) => a - b));
      }),
    );

    test(
      'splits the traffic so that it sums to 100',
      each((steps) => {
        for (const { action } of steps) {
          if (action.kind !== 'route') continue;
          const sum = Object.values(action.split).reduce((total, weight) => total + weight, 0);
          expect(sum).toBeCloseTo(100, 6);
        }
      }),
    );

    test('never sends traffic to capacity that is not there', each(expectCapacity));

    test(
      'promotes once, with all of the traffic, and changes only the old releases afterwards',
      each((steps, { release }) => {
        if (steps.length === 0) return;
        const at = steps.findIndex(({ action }) => action.kind === 'promote');
        expect(at).toBeGreaterThan(0);
        expect(weightsOf(steps, release).at(at)).toBe(100);
        const later = steps.slice(at + 1).map(({ action }) => action);
        expect(later.every(({ kind }) => ['bake', 'hold', 'retire', 'run'].includes(kind))).toBe(
          true,
        );
        expect(
          later.some((action) => action.kind === 'retire' && action.release === release.id),
        ).toBe(false);
      }),
    );

    test(
      'names only gates that the settings name, each once',
      each((steps) => {
        for (const { watch, action } of steps) {
          const named = [...watch, ...(action.kind === 'check' ? action.gates : [])];
          expect(GATES).toEqual(expect.arrayContaining(named));
          expect(new Set(watch).size).toBe(watch.length);
        }
      }),
    );

    test(
      'lets every gate that should watch see the release under traffic',
      each((steps, input) => {
        if (steps.length === 0 || input.observation.live === null) return;
        const watched = new Set(steps.flatMap(({ watch }) => watch));
        expect([...watched]).toEqual(expect.arrayContaining([...input.settings.gates]));
      }),
    );

    test(
      'estimates honestly: best before worst, weights as routed, deadlines that end',
      each((steps, { release }) => {
        const weights = weightsOf(steps, release);
        for (const [index, { estimate, deadline, attempts, action }] of steps.entries()) {
          expect(estimate.best).toBeLessThanOrEqual(estimate.worst);
          expect(deadline).toBeGreaterThan(0);
          expect(attempts).toBeGreaterThanOrEqual(1);
          if (action.kind === 'route') expect(estimate.weight).toBe(weights[index]);
        }
      }),
    );

    test(
      'touches nothing before the preflight has passed',
      each((steps) => {
        const preflight = steps.findIndex(
          ({ phase, action }) => phase === 'preflight' && action.kind === 'check',
        );
        const kinds = steps.slice(0, Math.max(preflight, 0)).map(({ action }) => action.kind);
        expect(kinds.filter((kind) => kind !== 'run')).toEqual([]);
      }),
    );

    test('plans nothing when the release has all of the traffic already', () => {
      const input = inputAt(1, settings);
      const { release, observation } = input;
      const live = { live: release.id, split: { [release.id]: 100 } };
      expect(
        strategy.plan({ ...input, live: release, observation: { ...observation, ...live } }),
      ).toEqual([]);
    });

    test('is refused where others have traffic and nobody is marked as live', () => {
      const input = inputAt(1, settings);
      const observation = { ...input.observation, live: null, split: { v8: 60, v7: 40 } };
      expect(() => strategy.plan({ ...input, live: null, observation })).toThrow(
        expect.objectContaining({
          code: 'plan-refused',
          message: expect.stringContaining('v8 and v7 have traffic'),
        }),
      );
    });

    test('is refused where the target cannot do it', () => {
      const input = inputAt(1, settings);
      const capabilities = {
        ...input.observation.capabilities,
        cannot: { start: 'Not here.', replace: 'Not here.' },
      };
      const observation = { ...input.observation, live: null, split: null, capabilities };
      expect(() => strategy.plan({ ...input, live: null, observation })).toThrow(
        expect.objectContaining({ code: 'plan-refused', why: 'Not here.' }),
      );
    });
  });
}

/** Replays the plan: what is up, at which capacity, and who gets how much. */
function expectCapacity(steps: readonly Step[], { observation, release }: PlanInput): void {
  const capacity = new Map(observation.releases.map((seen) => [seen.id, seen.capacity]));
  let split = observation.split ?? {};
  for (const { id, action } of steps) {
    if (action.kind === 'start') capacity.set(action.release.id, action.capacity);
    if (action.kind === 'scale') capacity.set(action.release, action.capacity);
    if (action.kind === 'route') split = action.split;
    if (action.kind === 'retire') {
      expect(split[action.release] ?? 0, `${id} retires what has traffic`).toBe(0);
      capacity.delete(action.release);
    }
    if (action.kind === 'replace') {
      expect(action.surge + action.unavailable).toBeGreaterThan(0);
      const weight = (100 * action.replaced) / action.of;
      capacity.set(release.id, weight).set(action.from.id, 100 - weight);
      split = { [release.id]: weight, [action.from.id]: 100 - weight };
    }
    for (const [name, weight] of Object.entries(split)) {
      expect(capacity.get(name) ?? 0, `${id}: ${name}`).toBeGreaterThanOrEqual(weight - 1e-6);
    }
  }
}

function weightsOf(steps: readonly Step[], release: Release): readonly number[] {
  let weight = 0;
  return steps.map(({ action }) => {
    if (action.kind === 'route') weight = action.split[release.id] ?? 0;
    if (action.kind === 'replace') weight = (100 * action.replaced) / action.of;
    return weight;
  });
}

function inputAt<S extends CommonSettings>(
  seed: number,
  settings: StrategyCase<S>['settings'],
): PlanInput<S> {
  const draw = drawFrom(seed);
  const observation = drawObservation(draw);
  const live = observation.releases.find(({ id }) => id === observation.live)?.release ?? null;
  return { observation, live, release: named('v9'), settings: settings(draw, drawCommon(draw)) };
}

function drawObservation(draw: Draw): Observation {
  const leftovers = draw.some(['v1', 'v2']).map((version) => up(version, 1 + draw.upTo(9)));
  const isFirst = draw.chance(0.2);
  const hasBegun = !isFirst && draw.chance(0.2);
  const weight = hasBegun ? draw.one([5, 25, 50]) : 0;
  const units = 1 + draw.upTo(12);
  return {
    releases: [
      ...(isFirst ? [] : [up('v8', units)]),
      ...(hasBegun ? [up('v9', units)] : []),
      ...leftovers,
    ],
    live: isFirst ? null : 'v8',
    split: isFirst ? null : { v8: 100 - weight, ...(hasBegun ? { v9: weight } : {}) },
    match: null,
    full: units,
    labels: {},
    baseline: {},
    endpoints: { public: null, counts: null, metrics: null },
    capabilities: {
      cannot: {},
      weights: { step: 0.5 },
      match: { header: true, cookie: true },
      weightsDown: true,
      idle: draw.chance(0.8) ? 'warm' : 'cold',
      places: null,
      coupled: false,
      startsWithTraffic: false,
      timing: { propagation: draw.upTo(5000), readLag: 0, poll: 1000, takes: {} },
    },
    owner: null,
    notes: [],
  };
}

function drawCommon(draw: Draw): CommonSettings {
  const hooks = PHASES.filter(() => draw.chance(0.2)).map((phase) => [
    phase,
    { before: hooksOf(draw), after: hooksOf(draw) },
  ]);
  const policies = PHASES.filter(() => draw.chance(0.3)).map((phase) => [
    phase,
    draw.one<OnFailure>(['rollback', 'hold', 'ask']),
  ]);
  return {
    preflight: draw.some(GATES),
    check: draw.some(GATES),
    gates: draw.some(GATES),
    bake: { duration: draw.upTo(2) * 60_000, gates: draw.some(GATES) },
    retire: { after: draw.one<number | 'next'>([0, 60_000, 'next']) },
    onFailure: Object.fromEntries(policies),
    hooks: Object.fromEntries(hooks),
    timeouts: { start: 60_000, route: 10_000, retire: 30_000, check: 10_000 },
    extension: draw.upTo(60_000),
  };
}

function hooksOf(draw: Draw): readonly Hook[] {
  return draw
    .some(['one', 'two'])
    .map((name) => ({ name, run: [name], undo: null, timeout: 1000 }));
}

function up(version: string, units: number): ObservedRelease {
  const whole = {
    id: version,
    version,
    release: named(version),
    labels: {},
    note: null,
  };
  return {
    ...whole,
    desired: units,
    ready: units,
    capacity: 100,
    health: 'healthy',
    restarts: 0,
    starting: 0,
  };
}

function named(version: string): Release {
  return { id: version, version, artifact: version, spec: {} };
}

/** mulberry32 */
function drawFrom(seed: number): Draw {
  let state = seed * 0x9e3779b9;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    upTo: (bound) => Math.floor(next() * (bound + 1)),
    chance: (probability) => next() < probability,
    one: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    some: (from) => from.filter(() => next() < 0.4),
  };
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
