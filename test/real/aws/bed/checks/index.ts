import type { Form } from '../query.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { ACTION_CHECKS } from './actions.ts';
import type { Check } from './check.ts';
import { GROUP_CHECKS } from './groups.ts';
import { RULE_CHECKS } from './rules.ts';

export const CHECKS: readonly Check[] = [...ACTION_CHECKS, ...RULE_CHECKS, ...GROUP_CHECKS];

/** Throws what AWS would answer to a call that its API server stand-in would take. */
export function examine(action: string, form: Form, world: World): void {
  for (const check of CHECKS) {
    if (!check.on.includes(action)) continue;
    const refused = check.refuses(form, world);
    if (refused) throw new Refusal(refused[0], refused[1]);
  }
}
