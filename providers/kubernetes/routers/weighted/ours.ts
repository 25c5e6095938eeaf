import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { Connection } from '../../connection.ts';
import { isSideName } from '../../marks.ts';
import type { RequestMatch, Scenery } from '../router.ts';
import type { RouteForm, Rule, Spot, Target } from './form.ts';
import { noteOf } from './note.ts';

/** Which entries of a router's object lead to this workload and to what stands beside it. */
export interface Ours {
  /** Null for entries that lead to others. */
  serviceOf(target: Target): string | null;
  deploymentOf(target: Target): string | null;
  /** Whether it leads to what stood beside the workload until somebody took it away. */
  isGone(target: Target): boolean;
  /** The user's own, and not what stands beside it. */
  isHome(deployment: string): boolean;
  /** A Deployment is reached by a Service of its name; the user's own may have another. */
  serviceFor(deployment: string): string;
}

export function oursIn(
  { home, sides }: Scenery,
  { namespace, workload, service }: Connection,
  form: RouteForm,
): Ours {
  const serviceFor = (deployment: string) => (deployment === workload ? service : deployment);
  const stands = home ? [home, ...sides] : sides;
  const known = stands.map(({ deployment }) => serviceFor(deployment.metadata.name));
  const serviceOf = (target: Target) => {
    const found = form.serviceOf(target, namespace);
    return found !== null && (known.includes(found) || isSideName(workload, found)) ? found : null;
  };
  return {
    serviceOf,
    isGone: (target) => {
      const found = serviceOf(target);
      return found !== null && !known.includes(found);
    },
    isHome: (deployment) => deployment === workload,
    serviceFor,
    deploymentOf: (target) => {
      const found = serviceOf(target);
      return found === service ? workload : found;
    },
  };
}

interface Seen {
  readonly form: RouteForm;
  readonly ours: Ours;
  readonly workload: string;
}

/** Rules of the user's that send to one of our Services. */
export const spotsWith = (object: KubeObject, { form, ours, workload }: Seen): readonly Spot[] =>
  form
    .spotsIn(object)
    .filter(({ targets }) => targets.some((target) => ours.serviceOf(target) !== null))
    .filter(({ rule, targets }) => !isOwnRule({ rule, targets }, object, { form, ours, workload }));

/** A copy for requests of their own. Rules of the user's are never taken for one, nor another workload's. */
export function isOwnRule(
  { rule, targets }: { readonly rule: Rule; readonly targets: readonly Target[] },
  object: KubeObject,
  { form, ours, workload }: Seen,
): boolean {
  const { match } = noteOf(object, workload);
  const [target] = targets;
  if (!match || !form.own || !target || targets.length !== 1) return false;
  return ours.serviceOf(target) !== null && form.own.isCopy(rule, match);
}

/** What the object says of itself; null where requests have no rules of their own. */
export const matchIn = (object: KubeObject, workload: string): RequestMatch | null =>
  noteOf(object, workload).match ?? null;
