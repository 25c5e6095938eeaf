/** Two places between which a function crosses 0, and its values there. */
export interface Bracket {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** A root is looked for until it is known to within this, whatever the scale of the values. */
const ROOT_TOLERANCE = 1e-4;
const ROOT_STEPS_MAX = 1000;

/** The best guess, the one before it, and the nearest place on the other side of the root. */
interface Search {
  readonly a: number;
  readonly fa: number;
  readonly b: number;
  readonly fb: number;
  readonly c: number;
  readonly fc: number;
}

/**
 * Brent’s method (1973). The function has steps, and its tolerance is no small thing beside small
 * values: another method would stop elsewhere, and now and then on the other side of a threshold.
 */
export function rootBetween({ from, to, low, high }: Bracket, f: (x: number) => number): number {
  if (low === 0) return from;
  if (high === 0) return to;
  let at: Search = { a: from, fa: low, b: to, fb: high, c: from, fc: low };
  for (let step = 0; step <= ROOT_STEPS_MAX; step++) {
    if (Number.isNaN(at.fa) || Number.isNaN(at.fb)) return Number.NaN;
    const before = at.b - at.a;
    const best = nearerEnd(at);
    const enough = 2 * Number.EPSILON * Math.abs(best.b) + ROOT_TOLERANCE / 2;
    if (Math.abs(best.c - best.b) / 2 <= enough || best.fb === 0) return best.b;
    const move = moveOf(best, before, enough);
    at = moved(best, move, f);
  }
  return at.b;
}

function nearerEnd(at: Search): Search {
  if (Math.abs(at.fc) >= Math.abs(at.fb)) return at;
  const { b, fb, c, fc } = at;
  return { a: b, fa: fb, b: c, fb: fc, c: b, fc: fb };
}

/** A guess by a curve where it stays inside and gets on, else the middle; never less than can be told. */
function moveOf(at: Search, before: number, enough: number): number {
  const half = (at.c - at.b) / 2;
  const isPromising = Math.abs(before) >= enough && Math.abs(at.fa) > Math.abs(at.fb);
  const guess = isPromising ? interpolated(at) : half;
  const isInside = guess * half > 0 && Math.abs(guess) < 1.5 * Math.abs(half) - enough / 2;
  const move = isInside && Math.abs(guess) < Math.abs(before / 2) ? guess : half;
  return Math.abs(move) < enough ? Math.sign(move) * enough : move;
}

function moved({ b, fb, c, fc }: Search, by: number, f: (x: number) => number): Search {
  const next = { a: b, fa: fb, b: b + by, fb: f(b + by) };
  const isSameSide = (next.fb > 0 && fc > 0) || (next.fb < 0 && fc < 0);
  return isSameSide ? { ...next, c: b, fc: fb } : { ...next, c, fc };
}

/** Where a line through two points, or a parabola through three, crosses 0: so far from `b`. */
function interpolated({ a, b, c, fa, fb, fc }: Search): number {
  if (a === c) return ((b - c) * (fb / fa)) / (1 - fb / fa);
  const [q, r, s] = [fa / fc, fb / fc, fb / fa];
  const p = s * ((c - b) * q * (q - r) - (b - a) * (r - 1));
  return -p / ((q - 1) * (r - 1) * (s - 1));
}
