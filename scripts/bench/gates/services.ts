import type { Draw } from '../../../test/helpers/draw.ts';

/** One stage of the course that every judge is given. */
interface Stage {
  readonly weight: number;
  readonly seconds: number;
}

export const STAGES: readonly Stage[] = [
  { weight: 5, seconds: 300 },
  { weight: 20, seconds: 300 },
  { weight: 50, seconds: 300 },
];

/** Seconds of one tick: everything is counted in these. */
export const TICK = 5;
/** What was before, for those who look back. */
export const PAST = 90;

/** Bounds of the histogram that most programs have, in ms. */
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** Above this a widespread rule calls a request too slow. */
const HALF_A_SECOND = 500;

export interface Counts {
  readonly total: number;
  readonly bad: number;
  /** Slower than the first bound above stable's p95; and than half a second. */
  readonly slow: number;
  readonly late: number;
}

export interface Tick {
  readonly weight: number;
  readonly candidate: Counts;
  readonly stable: Counts;
  /** Nothing was scraped. */
  readonly gap: boolean;
}

export interface Service {
  /** Requests per second. */
  readonly rate: number;
  readonly errors: number;
  readonly median: number;
  readonly spread: number;
  readonly bound: number;
  readonly burst: number;
  readonly swing: number;
  readonly phase: number;
  readonly incident: { readonly from: number; readonly to: number; readonly times: number } | null;
  readonly gap: { readonly from: number; readonly to: number } | null;
  readonly reset: number | null;
  /** Seconds in which the caches of a new release are cold. */
  readonly cold: number;
}

export interface Trouble {
  readonly kind: string;
  /** Seconds after the first traffic. */
  readonly from: number;
  readonly errors: (since: number) => number;
  readonly latency: (since: number) => number;
}

const LENGTH = STAGES.reduce((sum, { seconds }) => sum + seconds, 0);

export function serviceOf(draw: Draw): Service {
  const [median, spread] = [draw.between(10, 150), 0.4 + 0.4 * draw.next()];
  const p95 = median * Math.exp(1.645 * spread);
  const stretch = (longest: number) => {
    const from = draw.next() * LENGTH;
    return { from, to: from + 20 + draw.next() * longest };
  };
  return {
    rate: draw.between(0.1, 10_000),
    errors: draw.between(0.0001, 0.005),
    median,
    spread,
    bound: BOUNDS.find((bound) => bound >= p95) ?? 10_000,
    burst: draw.pick([1, 1, 1, 1, 1, 1, 3, 3, 6, 12]),
    swing: 0.5 * draw.next(),
    phase: draw.next() * 2 * Math.PI,
    incident: draw.next() < 0.2 ? { ...stretch(160), times: 2 + 8 * draw.next() } : null,
    gap: draw.next() < 0.15 ? stretch(60) : null,
    reset: draw.next() < 0.15 ? draw.next() * LENGTH : null,
    cold: draw.next() < 0.4 ? 10 + 15 * draw.next() : 0,
  };
}

/** Good releases differ, too: a few percent in either direction. */
export function goodness(draw: Draw): Trouble {
  const [errors, latency] = [Math.exp(0.06 * draw.normal()), Math.exp(0.01 * draw.normal())];
  return { kind: 'good', from: 0, errors: () => errors, latency: () => latency };
}

const FACTORS = [2, 3, 5, 10, 30];

export function troubleOf(draw: Draw, { errors }: Service): Trouble {
  const late = draw.next() < 0.3 ? draw.next() * 400 : 0;
  const factor = draw.pick(FACTORS);
  const steady = { from: late, errors: () => factor, latency: () => 1 };
  const kind = draw.next();
  if (kind < 0.5) return { ...steady, kind: `errors ×${factor}` };
  if (kind < 0.75) {
    const slower = draw.pick([1.3, 1.6, 2, 3]);
    return { ...steady, kind: `latency ×${slower}`, errors: () => 1, latency: () => slower };
  }
  if (kind < 0.9) return { ...steady, kind: 'leak', errors: (since) => 1 + since / 20 };
  return { ...steady, kind: 'broken', errors: () => 0.5 / errors };
}

/** All ticks of a deployment, the past of stable alone first. */
export function ticksOf(draw: Draw, service: Service, trouble: Trouble): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let at = -PAST; at < LENGTH / TICK; at++)
    ticks.push(tickOf(draw, { service, trouble }, at * TICK));
  return ticks;
}

/** `now` differs from `at` where a stage is extended: its weight stays, and a gap passes all the same. */
export function tickOf(
  draw: Draw,
  course: { readonly service: Service; readonly trouble: Trouble; readonly now?: number },
  at: number,
): Tick {
  const { service, trouble, now = at } = course;
  const weight = weightAt(at);
  const day = 1 + service.swing * Math.sin(service.phase + (at / 86_400) * 2 * Math.PI);
  const requests = draw.poisson(service.rate * TICK * day);
  const own = draw.share(requests, weight / 100);
  const gap = isIn(service.gap, now);
  const common =
    service.errors * day * (isIn(service.incident, at) ? (service.incident?.times ?? 1) : 1);
  const since = at - trouble.from;
  const isTroubled = since >= 0;
  const errors = common * (isTroubled ? trouble.errors(since) : 1);
  const cold = service.cold > at && at >= 0 ? 1.5 : 1;
  const latency = (isTroubled ? trouble.latency(since) : 1) * cold;
  const candidate = countsOf(draw, service, { total: own, errors, latency });
  const stable = countsOf(draw, service, { total: requests - own, errors: common, latency: 1 });
  // A counter that begins anew between two scrapes has lost what it counted since the first.
  const isReset = service.reset !== null && at <= service.reset && service.reset < at + TICK;
  return { weight, candidate: isReset ? halved(candidate) : candidate, stable, gap };
}

export function weightAt(at: number): number {
  if (at < 0) return 0;
  let end = 0;
  for (const { seconds, weight } of STAGES) {
    end += seconds;
    if (at < end) return weight;
  }
  return STAGES.at(-1)?.weight ?? 0;
}

const isIn = (stretch: { from: number; to: number } | null, at: number) =>
  stretch !== null && at >= stretch.from && at < stretch.to;

function countsOf(
  draw: Draw,
  { median, spread, bound, burst }: Service,
  { total, errors, latency }: { total: number; errors: number; latency: number },
): Counts {
  const above = (ms: number) => upperTail(Math.log(ms / (median * latency)) / spread);
  const [near, far] = [Math.min(bound, HALF_A_SECOND), Math.max(bound, HALF_A_SECOND)];
  const over = draw.share(total, above(near));
  const further =
    near === far ? over : draw.share(over, above(far) / Math.max(1e-300, above(near)));
  return {
    total,
    bad: draw.bad(total, Math.min(1, errors), burst),
    slow: bound <= HALF_A_SECOND ? over : further,
    late: bound <= HALF_A_SECOND ? further : over,
  };
}

const halved = ({ total, bad, slow, late }: Counts): Counts => ({
  total: Math.floor(total / 2),
  bad: Math.floor(bad / 2),
  slow: Math.floor(slow / 2),
  late: Math.floor(late / 2),
});

function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? tail : 1 - tail;
}

/** Sums over some ticks of one track; gaps are not seen by anybody. */
export function sumOf(ticks: readonly Tick[], track: 'candidate' | 'stable'): Counts {
  const seen = ticks.filter(({ gap }) => !gap).map((tick) => tick[track]);
  const of = (name: keyof Counts) => seen.reduce((sum, counts) => sum + counts[name], 0);
  return { total: of('total'), bad: of('bad'), slow: of('slow'), late: of('late') };
}
