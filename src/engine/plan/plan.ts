import type { Before, GateSpec, Observation, Plan, Release, Step } from '../../contract/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { expectKnown } from '../journal/newer-version.ts';
import { gateUndefined, liveChanged, ownedByOthers, planFileChanged } from './errors.ts';
import { expectLabels } from './gate-labels.ts';

export type PlanDraft = Omit<Plan, 'v' | 'hash' | 'before' | 'gates' | 'capabilities'> & {
  readonly observation: Observation;
  readonly live: Release | null;
  readonly gates: Readonly<Record<string, GateSpec>>;
};

/** Freezes steps and all they need into a plan. */
export function freezePlan({ observation, live, gates, ...draft }: PlanDraft): Plan {
  if (observation.owner) throw ownedByOthers(observation.owner);
  const before = beforeOf(observation, live);
  const named = namedGates(draft.steps, gates);
  expectLabels(named, observation);
  const unhashed = {
    v: 1 as const,
    ...needsOf(before, draft.steps),
    ...draft,
    before,
    capabilities: observation.capabilities,
    gates: named,
  };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** Whoever does not know of a baseline would leave the platform without what it had; of rules, would take any yes. */
function needsOf({ baseline }: Before, steps: readonly Step[]): Pick<Plan, 'needs'> {
  const hasRules = steps.some(({ action }) => action.kind === 'approve' && action.rules);
  const needs = [...(baseline ? ['baseline'] : []), ...(hasRules ? ['approval-rules'] : [])];
  return needs.length > 0 ? { needs } : {};
}

/** What a way back restores. Whatever has traffic is part of it, even where nobody can say what it is. */
export function beforeOf(observation: Observation, live: Release | null): Before {
  const { releases, split, match, baseline } = observation;
  const served = releases.find((release) => release.id === live?.id);
  // What nobody has counted is as many as are wanted.
  const units = (served?.health === 'unknown' ? served.desired : served?.ready) ?? 0;
  const others = releases.flatMap(({ id, release }) =>
    release && id !== live?.id && (split?.[id] ?? 0) > 0 ? [release] : [],
  );
  return {
    live,
    split,
    units,
    ...(others.length > 0 ? { others } : {}),
    ...(match ? { match } : {}),
    ...(Object.keys(baseline).length > 0 ? { baseline } : {}),
  };
}

function namedGates(
  steps: readonly Step[],
  gates: Readonly<Record<string, GateSpec>>,
): Record<string, GateSpec> {
  const named = new Set(
    steps.flatMap((step) => [
      ...step.watch,
      ...(step.action.kind === 'check' ? step.action.gates : []),
    ]),
  );
  const missing = [...named].find((name) => !Object.hasOwn(gates, name));
  if (missing !== undefined) throw gateUndefined(missing);
  return sharing(Object.entries(gates).filter(([name]) => named.has(name)));
}

/** One chance in a hundred that a fine candidate fails, whatever the number of gates that compare it. */
const ALPHA = 0.01;

function sharing(gates: readonly [string, GateSpec][]): Record<string, GateSpec> {
  const isShared = ({ judge, advisory }: GateSpec) => judge.compare !== null && !advisory;
  const tests = ({ judge }: GateSpec) => (judge.usual ? 2 : 1);
  const all = gates.reduce((sum, [, spec]) => sum + (isShared(spec) ? tests(spec) : 0), 0);
  const alpha = ALPHA / Math.max(1, all);
  const shared = (spec: GateSpec) =>
    isShared(spec) ? { ...spec, judge: { alpha, ...spec.judge } } : spec;
  return Object.fromEntries(gates.map(([name, spec]) => [name, shared(spec)]));
}

/** Nothing of a plan file may be believed before this; one of a newer version is whole and refused as that. */
export function checkUnchanged(plan: Plan): void {
  const { hash, ...unhashed } = plan;
  if (!(plan.v >= 1) || hashOf(unhashed) !== hash) throw planFileChanged();
  expectKnown(plan);
}

/** A plan from a file is run only as it was made: unchanged, and against what it was made for. */
export function checkSavedPlan(plan: Plan, observation: Observation, live: Release | null): void {
  checkUnchanged(plan);
  const now = beforeOf(observation, live);
  if (now.live?.id === plan.before.live?.id && hashOf(now.split) === hashOf(plan.before.split))
    return;
  throw liveChanged(plan, now);
}
