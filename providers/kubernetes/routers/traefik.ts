import type { Target } from './weighted/index.ts';

/** A target may also be another TraefikService, or lie in another namespace. */
export const traefikServiceOf = ({ kind = 'Service', namespace, name }: Target, own: string) =>
  kind === 'Service' && (namespace === undefined || namespace === own) ? String(name) : null;
