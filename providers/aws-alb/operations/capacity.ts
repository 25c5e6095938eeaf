import type { Verification } from '../../../src/contract/index.ts';
import type { Crew } from '../compute/compute.ts';
import type { Desk } from '../desk.ts';
import { hopeless, isHealthy, progress, standing } from '../health.ts';
import { type GroupReading, nameOf, type TargetReading } from '../reading.ts';
import { deregister, register } from '../writes.ts';
import { again, DONE, pending } from './operation.ts';

/** So many units are up, or on their way; those that we register are, as they come. */
export async function fill(group: GroupReading, crew: Crew, desk: Desk): Promise<void> {
  await desk.compute.start(crew, desk.signal);
  const { kept } = group;
  const { targets } = await desk.compute.poll({ ...crew, kept }, desk.signal);
  if (targets === null) return;
  const { lacking, surplus } = difference(standing(group.targets), targets, crew.units);
  await register(desk, group.arn, lacking);
  await deregister(desk, group.arn, surplus);
}

/** Those that are no more, and those that are not healthy, leave first. */
function difference(there: readonly TargetReading[], all: readonly string[], count: number) {
  const registered = new Set(there.map(nameOf));
  const listed = there.filter((target) => all.includes(nameOf(target)));
  const gone = all.length < count ? [] : there.filter((target) => !listed.includes(target));
  const lacking = all
    .filter((target) => !registered.has(target))
    .slice(0, Math.max(0, count - (there.length - gone.length)));
  const over = Math.max(0, there.length - gone.length + lacking.length - count);
  const leave = listed.toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
  return { lacking, surplus: [...gone, ...leave.slice(0, over)].map(nameOf) };
}

export async function isFilled(group: GroupReading, crew: Crew, desk: Desk): Promise<Verification> {
  const there = standing(group.targets);
  const lost = hopeless(group, desk);
  if (lost) return { state: 'failed', reason: lost };
  const asked = { ...crew, kept: group.kept };
  const { targets, failed, words } = await desk.compute.poll(asked, desk.signal);
  if (failed) return { state: 'failed', ...failed };
  const told = [words, progress(there, crew.units)].filter(Boolean).join('; ');
  if (targets === null) return isGrown(group, crew, told);
  const { lacking, surplus } = difference(there, targets, crew.units);
  if (lacking.length + surplus.length > 0)
    return again(`${there.length} of ${crew.units} targets are registered`);
  return there.length >= crew.units && there.every(isHealthy) ? DONE : pending(told);
}

/** Who registers its units itself may have more than were asked for: that is an autoscaler's business. */
function isGrown({ kept, targets }: GroupReading, { units }: Crew, told: string): Verification {
  if ((kept?.wanted ?? 0) < units) return again(told);
  return targets.filter(isHealthy).length >= units ? DONE : pending(told);
}
