import { PROFILES, type Profile } from '../../providers/memory/index.ts';
import type { CallFault, Rates } from './faults.ts';
import type { Course } from './plans.ts';

/** How a kind of platform behaves, as far as a deployment can tell. */
export interface Shape {
  readonly name: ShapeName;
  /** What can be had there, and what is kept of it. */
  readonly profile: Profile;
  /** Ms until a new unit is ready, from and to. */
  readonly rise: readonly [number, number];
  /** Ms after which a change of traffic that was accepted takes effect. */
  readonly job: readonly [number, number] | null;
  /** Between how many units an autoscaler moves what serves; null where there is none. */
  readonly scales: readonly [number, number] | null;
  /** What it does even on a good day, per call. */
  readonly habits: Rates;
  /** What it can never do, so that it is not drawn for it. */
  readonly never: readonly CallFault[];
  readonly courses: readonly Course[];
}

export const SHAPE_NAMES = [
  'local',
  'kubernetes',
  'alb',
  'vercel',
  'rollout',
  'functions',
] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];

const EVERY: readonly Course[] = ['canary', 'blue-green', 'rolling', 'first'];

export const SHAPES: Readonly<Record<ShapeName, Shape>> = {
  /** The keeper knows the epoch and does at once what it is told. */
  local: {
    name: 'local',
    profile: PROFILES.plain,
    rise: [0, 0],
    job: null,
    scales: null,
    habits: {},
    never: ['stale'],
    courses: EVERY,
  },
  /** Every write has a precondition; pods take their time; others write the same objects. */
  kubernetes: {
    name: 'kubernetes',
    profile: PROFILES.autoscaled,
    rise: [500, 8000],
    job: null,
    scales: [1, 12],
    habits: { conflict: 0.08, throttled: 0.04 },
    never: [],
    courses: EVERY,
  },
  /** No precondition at all, and what is read may be what was. */
  alb: {
    name: 'alb',
    profile: PROFILES.balancer,
    rise: [1000, 12_000],
    job: null,
    scales: null,
    habits: { stale: 0.08, throttled: 0.08, partial: 0.08 },
    never: [],
    courses: EVERY,
  },
  /** One promotion at a time, done by a job; nothing to scale and nothing to replace. */
  vercel: {
    name: 'vercel',
    profile: PROFILES.builder,
    rise: [500, 20_000],
    job: [200, 8000],
    scales: null,
    habits: { throttled: 0.03 },
    never: ['partial'],
    courses: ['canary', 'blue-green', 'first'],
  },
  /** A controller of its own: starting brings traffic, and weight brings capacity. */
  rollout: {
    name: 'rollout',
    profile: PROFILES.driven,
    // Its controller moves the traffic only when the units are ready.
    rise: [0, 0],
    job: null,
    scales: null,
    habits: { conflict: 0.05 },
    never: ['partial', 'lazyUnits'],
    courses: ['canary', 'first'],
  },
  /** Two places, nothing to count, and what has no traffic costs nothing. */
  functions: {
    name: 'functions',
    profile: PROFILES.functions,
    rise: [100, 2000],
    job: null,
    scales: null,
    habits: { throttled: 0.05 },
    never: ['partial'],
    courses: ['canary', 'blue-green', 'first'],
  },
};
