import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { Connection } from '../../connection.ts';
import { KUBE_NOTHING, type RequestMatch, type Routing, type Scenery } from '../router.ts';
import type { RouteForm, Spot } from './form.ts';
import { noteOf } from './note.ts';
import { isOwnRule, matchIn, type Ours, oursIn, spotsWith } from './ours.ts';
import { weightsOf } from './targets.ts';

interface RouteReading {
  readonly form: RouteForm;
  readonly connection: Connection;
  /** By the server's clock. */
  readonly now: number;
}

/** What the object says about our Services. */
export function readWeighted(
  object: KubeObject | null,
  scenery: Scenery,
  { form, connection, now }: RouteReading,
): Routing {
  if (!object) return { ...KUBE_NOTHING, problem: `the ${form.title} is not there` };
  const { workload } = connection;
  const ours = oursIn(scenery, connection, form);
  const seen = { form, ours, workload };
  const spots = spotsWith(object, seen);
  const weights = spots.map(({ targets }) => weightsOf(targets, form, ours));
  const { operation = null, routedAt = null, former } = noteOf(object, workload);
  const match = wholeMatchIn(object, spots.length, seen);
  const named = [...Object.keys(weights[0] ?? {}), ...(match ? [match.deployment] : [])];
  return {
    weights: weights[0] ?? null,
    match,
    operation,
    routedAt,
    lag: form.lagOf?.(object) ?? settlingOf(object, { form, connection, now }),
    denial: form.denialOf?.(object) ?? null,
    problem: problemOf(object, { spots, weights }, seen),
    notes: form.notesOn?.(object) ?? [],
    names: [...new Set(named)],
    isMarked: former !== undefined,
    found: spots.map(({ targets }) => targets),
    fetched: object,
  };
}

/** As long as a change takes to be heard of. */
function settlingOf(object: KubeObject, { form, connection, now }: RouteReading): string | null {
  const { introducedAt } = noteOf(object, connection.workload);
  if (!form.settles || introducedAt === undefined) return null;
  return now - introducedAt < connection.propagation
    ? 'waiting until every proxy knows the new Service'
    : null;
}

/** Only where every rule has its copy: what others took away is not there. */
function wholeMatchIn(
  object: KubeObject,
  count: number,
  seen: { readonly form: RouteForm; readonly ours: Ours; readonly workload: string },
): RequestMatch | null {
  const copies = seen.form.spotsIn(object).filter((spot) => isOwnRule(spot, object, seen));
  return copies.length === count ? matchIn(object, seen.workload) : null;
}

interface WeighedSpots {
  readonly spots: readonly Spot[];
  /** Of each spot, by the Deployment. */
  readonly weights: readonly Readonly<Record<string, number>>[];
}

function problemOf(
  object: KubeObject,
  { spots, weights }: WeighedSpots,
  { form, ours }: { readonly form: RouteForm; readonly ours: Ours },
): string | null {
  if (spots.length === 0) {
    const advice = form.adviceFor?.(object);
    return `none of its rules sends to the Service${advice ? `: ${advice}` : ''}`;
  }
  for (const { targets } of spots) {
    const services = targets.map(ours.serviceOf);
    if (services.includes(null))
      return `a rule that sends to the Service also sends to ${targetNames(
        targets.filter((target) => ours.serviceOf(target) === null),
      )}`;
    const twice = services.find((name, index) => services.indexOf(name) !== index);
    if (twice) return `a rule names the Service ${twice} more than once: leave one entry of it`;
  }
  const first = JSON.stringify(weights[0]);
  if (weights.some((other) => JSON.stringify(other) !== first))
    return 'its rules split the traffic in different ways';
  return null;
}

/** What people call them, whatever the form of the entry. */
const targetNames = (targets: Spot['targets']) =>
  targets
    .map((target) => {
      const { name, serviceName, destination } = target;
      const host = (destination as { readonly host?: string } | undefined)?.host;
      return String(name ?? serviceName ?? host ?? JSON.stringify(target));
    })
    .join(', ');
