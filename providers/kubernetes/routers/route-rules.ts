import type { BackendRef, HttpRoute, RouteRule } from '../objects.ts';
import { isHeaderRule } from './header-rule.ts';
import type { Scenery } from './router.ts';

/** A Deployment is reached by a Service, and the user's own may have another name. */
export interface Naming {
  toService(deployment: string): string;
  toDeployment(service: string): string;
}

export function oursIn({ home, sides }: Scenery, names: Naming): readonly string[] {
  const stands = home ? [home, ...sides] : sides;
  return stands.map(({ deployment }) => names.toService(deployment.metadata.name));
}

export const isOurs = (ref: BackendRef, ours: readonly string[]) =>
  (ref.kind ?? 'Service') === 'Service' && ref.namespace === undefined && ours.includes(ref.name);

/** Rules of the user's that send to one of our Services, with their place in the list. */
export function rulesWith(
  route: HttpRoute,
  ours: readonly string[],
): readonly (readonly [number, RouteRule])[] {
  return (route.spec.rules ?? [])
    .map((rule, index) => [index, rule] as const)
    .filter(([, rule]) => rule.backendRefs?.some((ref) => isOurs(ref, ours)) ?? false)
    .filter(([, rule]) => !isHeaderRule(route, rule));
}
