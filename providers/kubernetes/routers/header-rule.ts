import { MARK } from '../marks.ts';
import type { BackendRef, HttpRoute, RouteMatch, RouteRule } from '../objects.ts';
import type { HeaderMatch } from './router.ts';

/**
 * Requests with a header go to one release by rules of their own: a copy of each rule that sends to the
 * Service, which also wants the header. It wins because it is more specific, wherever it stands. They are
 * known by the header that an annotation of the route names, so rules of the user's are never taken for ours.
 */

/** What the route says of itself; null when it has no such rules. */
export function headerMatchIn({ metadata }: HttpRoute): HeaderMatch | null {
  const text = metadata.annotations?.[MARK.match];
  return text === undefined ? null : (JSON.parse(text) as HeaderMatch);
}

/** Whether this rule is one of ours. */
export function isHeaderRule(route: HttpRoute, { matches = [], backendRefs = [] }: RouteRule) {
  const match = headerMatchIn(route);
  if (!match || backendRefs.length !== 1 || matches.length === 0) return false;
  return matches.every(({ headers }) =>
    headers?.some(({ name, value }) => name === match.header.name && value === match.header.value),
  );
}

/** As the platform reads a rule that names no match. */
const EVERYTHING: readonly RouteMatch[] = [{ path: { type: 'PathPrefix', value: '/' } }];

export function headerRule(rule: RouteRule, { header }: HeaderMatch, to: BackendRef): RouteRule {
  const { name: _, ...rest } = rule;
  const wanted = { type: 'Exact', name: header.name, value: header.value };
  const matches = (rule.matches ?? EVERYTHING).map((match) => ({
    ...match,
    headers: [...(match.headers ?? []), wanted],
  }));
  return { ...rest, matches, backendRefs: [{ ...to, weight: 1 }] };
}
