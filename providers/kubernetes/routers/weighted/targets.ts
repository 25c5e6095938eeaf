import type { Change } from '../router.ts';
import type { RouteForm, Rule, Spot, Target } from './form.ts';
import type { Ours } from './ours.ts';

/** Percent of what this rule sends to our Services, by Deployment. */
export function weightsOf(
  targets: readonly Target[],
  form: RouteForm,
  ours: Ours,
): Readonly<Record<string, number>> {
  const own = targets.flatMap((target) => {
    const name = ours.deploymentOf(target);
    return name === null ? [] : [{ name, weight: weightOf(target, targets, form) }];
  });
  const total = own.reduce((sum, { weight }) => sum + weight, 0);
  const weights: Record<string, number> = {};
  for (const { name, weight } of own)
    weights[name] = (weights[name] ?? 0) + (total > 0 ? (100 * weight) / total : 0);
  return weights;
}

const weightOf = ({ weight }: Target, all: readonly Target[], { unsaid }: RouteForm) => {
  if (unsaid !== 'everything') return weight ?? unsaid;
  return all.length === 1 ? 100 : (weight ?? 0);
};

/** With new weights for ours, entries that are new, and without those that shall go or are gone. */
export function targetsAfter(
  targets: readonly Target[],
  { weights, without = [] }: Change,
  { form, ours }: { readonly form: RouteForm; readonly ours: Ours },
): readonly Target[] {
  const factor = Object.values(weights).every(Number.isInteger) ? 1 : Math.round(1 / form.step);
  const weighted = (deployment: string) => Math.round((weights[deployment] ?? 0) * factor);
  const isLeft = (name: string) =>
    without.includes(name) || (form.namesOnlyWeight && !ours.isHome(name) && weighted(name) === 0);
  const kept = targets.flatMap((target) => {
    const name = ours.deploymentOf(target);
    if (name === null) return [target];
    // A Service that is not there would be answered for with errors, and the whole object held for wrong.
    return isLeft(name) || ours.isGone(target) ? [] : [{ ...target, weight: weighted(name) }];
  });
  const like = targets.find((target) => ours.deploymentOf(target) !== null);
  const known = targets.map(ours.deploymentOf);
  const added = Object.keys(weights)
    .filter((name) => like && !known.includes(name) && !isLeft(name))
    .map((name) => ({
      ...form.targetFor(like as Target, ours.serviceFor(name)),
      weight: weighted(name),
    }));
  return [...kept, ...added];
}

/** What the user wrote, once nothing of ours is beside it. */
export function restored(
  targets: readonly Target[],
  before: Readonly<Record<string, number | null>> | undefined,
  ours: Ours,
): readonly Target[] {
  return targets.map((target) => {
    const service = ours.serviceOf(target);
    const written = service === null ? undefined : before?.[service];
    if (written === undefined || written === 0 || target.weight === 0) return target;
    if (written !== null) return { ...target, weight: written };
    const { weight: _, ...rest } = target;
    return rest;
  });
}

/** Weights as they are written now, to be restored. */
export const writtenIn = (spots: readonly Spot[], ours: Ours) =>
  Object.fromEntries(
    spots.map(({ targets }, index) => [
      index,
      Object.fromEntries(
        targets.flatMap((target) => {
          const service = ours.serviceOf(target);
          return service === null ? [] : [[service, target.weight ?? null]];
        }),
      ),
    ]),
  );

export const withTargets = (rule: Rule, member: string, targets: readonly Target[]): Rule => ({
  ...rule,
  [member]: targets,
});
