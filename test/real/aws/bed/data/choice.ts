import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Target } from '../targets.ts';
import { groupsOf } from '../world.ts';

export const COOKIE = 'AWSALBTG';

/** Which group of a forward action a request goes to. Exact shares over time instead of by chance. */
export class Choice {
  #credits = new Map<string, Map<string, number>>();
  #turns = new Map<string, number>();

  group(rule: string, action: Action, cookie: string | null): string | null {
    const groups = groupsOf(action);
    // A pinned user stays with the group whatever its weight, as long as the rule names it.
    if (isSticky(action) && cookie && groups.some(({ arn }) => arn === cookie)) return cookie;
    const sum = groups.reduce((all, { weight }) => all + weight, 0);
    if (sum === 0) return null;
    const credits = this.#credits.get(rule) ?? new Map<string, number>();
    this.#credits.set(rule, credits);
    let best: string | null = null;
    for (const { arn, weight } of groups) {
      if (weight === 0) continue;
      const credit = (credits.get(arn) ?? 0) + weight / sum;
      credits.set(arn, credit);
      if (best === null || credit > (credits.get(best) ?? 0)) best = arn;
    }
    if (best) credits.set(best, (credits.get(best) ?? 0) - 1);
    return best;
  }

  /** In turn among the healthy ones; among all where none is healthy; never in another group. */
  target(group: string, targets: readonly Target[]): Target | null {
    const open = targets.filter(({ health }) => health.state !== 'draining');
    const healthy = open.filter(({ health }) => health.state === 'healthy');
    const pool = healthy.length > 0 ? healthy : open;
    const turn = (this.#turns.get(group) ?? 0) + 1;
    this.#turns.set(group, turn);
    return pool[turn % pool.length] ?? null;
  }
}

export const isSticky = ({ ForwardConfig }: Action) =>
  ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true;

export function cookieOf(header: string | undefined): string | null {
  const found = new RegExp(`${COOKIE}=([^;]+)`).exec(header ?? '')?.[1];
  return found ? Buffer.from(found, 'base64url').toString() : null;
}

export function cookieFor(group: string, action: Action): string {
  const seconds = action.ForwardConfig?.TargetGroupStickinessConfig?.DurationSeconds ?? 0;
  return `${COOKIE}=${Buffer.from(group).toString('base64url')}; Max-Age=${seconds}; Path=/`;
}
