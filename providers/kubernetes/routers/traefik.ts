import type { Target } from './weighted/index.ts';

/** A target may also be another TraefikService, or lie in another namespace. */
export const traefikServiceOf = ({ kind = 'Service', namespace, name }: Target, own: string) =>
  kind === 'Service' && (namespace === undefined || namespace === own) ? String(name) : null;

/** What its own settings decide, which no object of the cluster tells. */
export const TRAEFIK_NOTE =
  'unless Traefik runs with providers.kubernetesCRD.allowEmptyServices, a candidate that loses all of its pods while it has weight takes the requests of the whole route with it, until they are brought back';
