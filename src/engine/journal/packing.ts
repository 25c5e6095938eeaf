import type { Json, JsonObject } from '../../contract/index.ts';
import { canonicalJson } from '../../lib/canonical.ts';

/**
 * How records lie in a store. Plans and ways back hold whole releases, each of them as often as a step
 * names it: on the wire a release is there once, in a table of the record, and steps refer to it.
 */
type Swap = (release: JsonObject) => Json;

/** From this format on. */
export const WITH_TABLE = 2 as const;

/** The body of a record as it is written. */
export function packed(body: JsonObject): JsonObject {
  const releases: Record<string, JsonObject> = {};
  const refer: Swap = (release) => {
    const id = String(release.id);
    const held = Object.hasOwn(releases, id) ? releases[id] : undefined;
    if (!held) releases[id] = release;
    // Of two that only share a name the second one stays where it is.
    else if (held !== release && canonicalJson(held) !== canonicalJson(release)) return release;
    return { $: id };
  };
  const swapped = inBody(body, refer);
  return { ...swapped, releases };
}

/** Throws in words for a body that refers to what it does not hold. */
export function unpacked(body: JsonObject): JsonObject {
  const { releases, ...rest } = body;
  const table = packingIsObject(releases) ? releases : {};
  return inBody(rest, (value) => {
    const { $: id, ...others } = value;
    if (typeof id !== 'string' || Object.keys(others).length > 0) return value;
    const release = Object.hasOwn(table, id) ? table[id] : undefined;
    if (release === undefined) throw new Error(`it refers to ${id} and does not hold it`);
    return release;
  });
}

/** Whether a body of this kind has releases in it. */
export const hasTable = ({ kind }: { readonly kind?: unknown }): boolean =>
  kind === 'opened' || kind === 'turned';

function inBody(body: JsonObject, swap: Swap): JsonObject {
  const { plan, course } = body;
  return {
    ...body,
    ...(packingIsObject(plan) ? { plan: inPlan(plan, swap) } : {}),
    ...(isList(course) ? { course: course.map((step) => inStep(step, swap)) } : {}),
  };
}

function inPlan(plan: JsonObject, swap: Swap): JsonObject {
  const { before, steps } = plan;
  return {
    ...inMembers(plan, ['release'], swap),
    ...(packingIsObject(before) ? { before: inBefore(before, swap) } : {}),
    ...(isList(steps) ? { steps: steps.map((step) => inStep(step, swap)) } : {}),
  };
}

function inBefore(before: JsonObject, swap: Swap): JsonObject {
  const { others } = before;
  return {
    ...inMembers(before, ['live'], swap),
    ...(isList(others)
      ? { others: others.map((one) => (packingIsObject(one) ? swap(one) : one)) }
      : {}),
  };
}

function inStep(step: Json, swap: Swap): Json {
  if (!packingIsObject(step) || !packingIsObject(step.action)) return step;
  return { ...step, action: inMembers(step.action, ['release', 'from'], swap) };
}

/** Only where they are releases: many operations name one by its id. */
function inMembers(object: JsonObject, names: readonly string[], swap: Swap): JsonObject {
  const swapped: Record<string, Json> = {};
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && packingIsObject(value)) swapped[name] = swap(value);
  }
  return { ...object, ...swapped };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function packingIsObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
