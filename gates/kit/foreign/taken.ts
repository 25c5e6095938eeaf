import type { Json, JsonObject } from '../../../src/contract/index.ts';

/** What the gates of another tool become here, and in words what does not come along. */
export interface Taken {
  readonly gates: Readonly<Record<string, JsonObject>>;
  readonly left: readonly string[];
}

export interface TakenHow {
  /** Name of the other tool’s judge that its gates keep; null for ours. */
  readonly judge: string | null;
}

export interface TakenGate {
  /** Null where it has no counterpart here. */
  readonly gate: JsonObject | null;
  readonly left: readonly string[];
}

export const objectIn = (value: unknown): Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};

export const listIn = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

export const foreignTextIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Text of a number, too: templates write both. */
export function foreignNumberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A name of ours that is not taken yet. */
function gateNameFor(given: string | undefined, taken: object): string {
  const short = (given ?? 'gate')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 56);
  const name = short === '' ? 'gate' : short;
  for (let number = 1; ; number++) {
    const one = number === 1 ? name : `${name}-${number}`;
    if (!Object.hasOwn(taken, one)) return one;
  }
}

/** Each by a name of its own; every remark says which one it is about. */
export function takenTogether(
  parts: readonly (TakenGate & { readonly name?: string | undefined })[],
): Taken {
  const gates: Record<string, JsonObject> = {};
  const left: string[] = [];
  for (const { name, gate, left: words } of parts) {
    const own = gateNameFor(name, gates);
    if (gate) gates[own] = gate;
    left.push(...words.map((one) => `${own}: ${one}`));
  }
  return { gates, left };
}
