import { type Aimed, drawAim } from './aim.ts';
import { Chance } from './chance.ts';
import { MOMENTS, type Moment } from './coverage.ts';
import { CALL_FAULTS, drawRates, type HappeningKind, type Rates } from './faults.ts';
import { PASSING } from './happenings.ts';
import { type Course, plain, type Taste } from './plans.ts';
import { SHAPE_NAMES, SHAPES, type Shape } from './shapes.ts';

/** Something that somebody else does, and when. */
export interface Happening {
  /** Names it, so that it can be left out. */
  readonly name: string;
  /** Ms from the beginning, or from when the deployment first comes to this moment. */
  readonly at: number;
  readonly moment: Moment | null;
  readonly kind: HappeningKind;
}

/** All that is drawn of a run before it begins; what happens in it is drawn from streams of their own. */
export interface Scenario {
  readonly seed: number;
  readonly shape: Shape;
  readonly taste: Taste;
  readonly rates: Rates;
  /** When the faults end. */
  readonly until: number;
  /** Whether the new release fails its gates. */
  readonly bad: boolean;
  /** Whether the first process may die or sleep wherever it is. */
  readonly doomed: boolean;
  readonly happenings: readonly Happening[];
  /** Parts that were left out by name. */
  readonly without: ReadonlySet<string>;
}

/** How likely each is among what happens. */
const KINDS: readonly (readonly [HappeningKind, number])[] = [
  ['control', 3],
  ['stray approval', 2],
  ['rollback', 3],
  ['resume', 3],
  ['second deploy', 3],
  ['signal', 3],
  ['kill', 3],
  ['sleep', 3],
  ['wall clock', 2],
  ['drift', 2],
  ['gone', 2],
  ['crash', 3],
  ['store down', 2],
  ['store full', 2],
  ['platform down', 2],
  ['unauthorized', 2],
  ['rot', 2],
];
const DRAWN = KINDS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

/** Parts of the taste that can be left out; then it is plain in that. */
const TASTE_PARTS = ['approval', 'hooks', 'warm', 'consecutive', 'onFailure', 'deadline'] as const;

export function drawScenario(seed: number, leftOut: readonly string[] = []): Scenario {
  const without = new Set(leftOut);
  const chance = new Chance(seed, 'scenario');
  const drawn = SHAPES[chance.one(SHAPE_NAMES)];
  const aim = drawAim(new Chance(seed, 'aim'), drawn.courses);
  const { course, taste: wanted } = aim ?? {};
  const until = chance.between(aim ? 90_000 : 20_000, 240_000);
  const taste = { ...drawTaste(chance, drawn), ...wanted, ...(course ? { course } : {}) };
  const bad = chance.hits(0.3) && !aim;
  const happenings = [
    ...drawHappenings(chance, until, aim),
    ...(drawn.scales ? drawScalings(new Chance(seed, 'autoscaler'), until) : []),
    ...drawFalls(new Chance(seed, 'falls')),
  ];
  const shape = without.has('shape') ? SHAPES.local : drawn;
  return {
    seed,
    shape,
    taste: plainer(taste, without),
    rates: ratesOf(seed, shape, without, aim ? 0.4 : 1),
    until,
    bad: bad && !without.has('bad'),
    doomed: aim === null,
    happenings: happenings.filter(({ name }) => !without.has(name)),
    without,
  };
}

function drawTaste(chance: Chance, shape: Shape): Taste {
  return {
    course: chance.one<Course>(shape.courses),
    approval: chance.hits(0.25),
    hooks: chance.hits(0.25),
    warm: chance.hits(0.3) ? chance.between(0, 30_000) : 0,
    consecutive: chance.hits(0.5) ? 2 : 1,
    onFailure: chance.hits(0.7) ? 'rollback' : chance.one(['hold', 'ask'] as const),
    deadline: chance.hits(0.1) ? chance.between(5000, 60_000) : null,
  };
}

function plainer(taste: Taste, without: ReadonlySet<string>): Taste {
  const simple = plain(taste.course);
  const parts = TASTE_PARTS.filter((part) => without.has(part)).map((part) => [part, simple[part]]);
  return { ...taste, ...Object.fromEntries(parts) };
}

/** Much of it early, while the deployment is under way, or right at a step of a certain kind. */
function drawHappenings(chance: Chance, until: number, aim: Aimed | null): readonly Happening[] {
  const drawn = Array.from({ length: chance.whole(aim ? 1 : 0, 5) }, (_, index) => {
    const name = `h${index + 1}`;
    const kind = chance.one(DRAWN);
    const [at, moment] = [chance.one(SOON), aim?.moment ?? chance.one(MOMENTS)];
    if (chance.hits(aim ? 0.95 : 0.4)) return { name, kind, at, moment };
    const latest = chance.hits(0.6) ? Math.min(until, 40_000) : until;
    return { name, kind, at: chance.between(0, latest * 0.9), moment: null };
  });
  const leads = (aim?.leads ?? []).map((lead, index) => ({ name: `lead${index + 1}`, ...lead }));
  return [...leads, ...drawn];
}

/** In streams of its own, where there is an autoscaler: it changes nothing of what else is drawn. */
function drawScalings(chance: Chance, until: number): readonly Happening[] {
  return Array.from({ length: chance.whole(0, 4) }, (_, index) => {
    const drawn = { name: `a${index + 1}`, kind: 'autoscaled' as const, at: chance.one(SOON) };
    const moment = chance.one(MOMENTS);
    if (chance.hits(0.7)) return { ...drawn, moment };
    return { ...drawn, at: chance.between(0, Math.min(until, 40_000)), moment: null };
  });
}

/** Likewise: the new release falls while time passes. */
function drawFalls(chance: Chance): readonly Happening[] {
  if (!chance.hits(0.15)) return [];
  return [{ name: 'f1', kind: 'fallen', at: chance.one(SOON), moment: chance.one(PASSING) }];
}

/** Ms into a step: at once, while it is looked at, and while it waits. */
const SOON = [0, 0, 10, 30, 300, 1500] as const;

/** Of what is drawn only some stays in a run that is to come somewhere. */
function ratesOf(seed: number, shape: Shape, without: ReadonlySet<string>, kept: number): Rates {
  const rates = drawRates(seed);
  const chance = new Chance(seed, 'kept');
  for (const name of CALL_FAULTS) {
    const own = chance.hits(kept) ? (rates[name] ?? 0) : 0;
    const rate = own + (shape.habits[name] ?? 0);
    if (rate === 0 || without.has(name) || shape.never.includes(name)) delete rates[name];
    else rates[name] = rate;
  }
  return rates;
}

/** Everything in it that could be left out, in the order in which that is tried. */
export function partsOf({ shape, taste, rates, bad, happenings }: Scenario): readonly string[] {
  const simple = plain(taste.course);
  return [
    ...happenings.map(({ name }) => name),
    ...happenings.flatMap(({ name }) => [`${name}.death`, `${name}.sleep`]),
    'first.death',
    'first.sleep',
    ...Object.keys(rates),
    ...TASTE_PARTS.filter((part) => taste[part] !== simple[part]),
    ...(bad ? ['bad'] : []),
    ...(shape === SHAPES.local ? [] : ['shape']),
  ];
}
