/** Bounds that a reading must keep; null where nothing is said. */
export interface ConditionBounds {
  readonly min: number | null;
  readonly max: number | null;
  /** `equal`: an answer that must be so. */
  readonly equal: string | number | boolean | null;
}

const NO_BOUNDS: ConditionBounds = { min: null, max: null, equal: null };
const RESULT = String.raw`(?:result(?:\[0\])?|default\(\s*result(?:\[0\])?\s*,[^)]*\)|asFloat\(\s*result(?:\[0\])?\s*\)|asInt\(\s*result(?:\[0\])?\s*\))`;
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const AFTER = new RegExp(`^${RESULT}\\s*(<=|>=|<|>|==)\\s*(${NUMBER}|true|false|"[^"]*"|'[^']*')$`);
const BOUND_FIRST = new RegExp(`^(${NUMBER})\\s*(<=|>=|<|>)\\s*${RESULT}$`);
const TURNED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/**
 * What a condition of Argo's says of one number. `holds`: what is written must be so (of a success),
 * or must not (of a failure). Null where it says more than bounds.
 */
export function boundsIn(text: string, holds: boolean): ConditionBounds | null {
  const parts = text.split(holds ? '&&' : '||').map((part) => unwrapped(part.trim()));
  let bounds = NO_BOUNDS;
  for (const part of parts) {
    const one = comparisonIn(part, holds);
    if (!one) return null;
    bounds = tighter(bounds, one);
  }
  return bounds;
}

function unwrapped(text: string): string {
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  return inner !== undefined && !/[()]/.test(inner) ? inner.trim() : text;
}

function comparisonIn(text: string, holds: boolean): ConditionBounds | null {
  const [, sign, value = ''] = AFTER.exec(text) ?? [];
  if (sign) return sign === '==' ? equalTo(value, holds) : boundOf(sign, Number(value), holds);
  const [, number, turned] = BOUND_FIRST.exec(text) ?? [];
  return turned === undefined ? null : boundOf(TURNED[turned] ?? '', Number(number), holds);
}

function equalTo(text: string, holds: boolean): ConditionBounds | null {
  if (!holds) return null;
  const bare = text.replace(/^(["'])(.*)\1$/s, '$2');
  const value =
    bare !== text ? bare : text === 'true' ? true : text === 'false' ? false : Number(text);
  return { ...NO_BOUNDS, equal: value };
}

function boundOf(sign: string, value: number, holds: boolean): ConditionBounds | null {
  if (!Number.isFinite(value)) return null;
  const isLower = sign.startsWith('>') === holds;
  return isLower ? { ...NO_BOUNDS, min: value } : { ...NO_BOUNDS, max: value };
}

function tighter(one: ConditionBounds, other: ConditionBounds): ConditionBounds {
  const pick = (a: number | null, b: number | null, choose: (a: number, b: number) => number) =>
    a === null ? b : b === null ? a : choose(a, b);
  return {
    min: pick(one.min, other.min, Math.max),
    max: pick(one.max, other.max, Math.min),
    equal: one.equal ?? other.equal,
  };
}
