import type { Target } from '../../contract/index.ts';

/** What people call a target: `shop (production)`. */
export function titleOf({ service, environment }: Pick<Target, 'service' | 'environment'>): string {
  return environment ? `${service} (${environment})` : service;
}
