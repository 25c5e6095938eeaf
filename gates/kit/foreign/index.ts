import type { Json } from '../../../src/contract/index.ts';
import { isArgoTemplate, takeArgoTemplate } from './argo.ts';
import { isCanaryConfig, takeCanaryConfig } from './kayenta.ts';
import type { Taken, TakenHow } from './taken.ts';

export type { Taken, TakenHow } from './taken.ts';

const TAKEN_FORMS = [
  { fits: isArgoTemplate, take: takeArgoTemplate },
  { fits: isCanaryConfig, take: takeCanaryConfig },
] as const;

/** What other tools' files are called that become gates here. */
export const FOREIGN_FORMS = 'an AnalysisTemplate of Argo Rollouts or a canary config of Kayenta';

/** Null for what is in none of the known forms. */
export function takeGates(document: Json, how: TakenHow): Taken | null {
  return TAKEN_FORMS.find(({ fits }) => fits(document))?.take(document, how) ?? null;
}
