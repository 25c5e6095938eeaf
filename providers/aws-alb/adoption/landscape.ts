import type {
  ElasticLoadBalancingV2,
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Caller } from '../../../src/clients/aws/caller.ts';

type Balancing = Caller<ElasticLoadBalancingV2>;

/** A rule that serves something, and where it stands. */
export interface ServingRule {
  readonly balancer: LoadBalancer;
  readonly listener: Listener;
  readonly rule: Rule;
}

export interface Landscape {
  readonly rules: readonly ServingRule[];
  readonly groups: readonly TargetGroup[];
}

/** All application load balancers of the region with their listeners, rules and groups. */
export async function readLandscape(calls: Balancing): Promise<Landscape> {
  const [balancers, groups] = await Promise.all([
    paged(async (Marker) => {
      const page = await calls.read((sdk, options) =>
        sdk.describeLoadBalancers({ Marker }, options),
      );
      return { found: page.LoadBalancers ?? [], next: page.NextMarker };
    }),
    paged(async (Marker) => {
      const page = await calls.read((sdk, options) =>
        sdk.describeTargetGroups({ Marker }, options),
      );
      return { found: page.TargetGroups ?? [], next: page.NextMarker };
    }),
  ]);
  const rules: ServingRule[] = [];
  // One after the other: the calls of an account are few, and nobody is in a hurry here.
  for (const balancer of balancers.filter(({ Type }) => Type === 'application'))
    for (const listener of await listenersOf(calls, balancer))
      for (const rule of await rulesOf(calls, listener)) rules.push({ balancer, listener, rule });
  return { rules, groups };
}

const listenersOf = (calls: Balancing, { LoadBalancerArn }: LoadBalancer) =>
  paged(async (Marker) => {
    const page = await calls.read((sdk, options) =>
      sdk.describeListeners({ LoadBalancerArn, Marker }, options),
    );
    return { found: page.Listeners ?? [], next: page.NextMarker };
  });

const rulesOf = (calls: Balancing, { ListenerArn }: Listener) =>
  paged(async (Marker) => {
    const page = await calls.read((sdk, options) =>
      sdk.describeRules({ ListenerArn, Marker }, options),
    );
    return { found: page.Rules ?? [], next: page.NextMarker };
  });

interface Page<T> {
  readonly found: readonly T[];
  readonly next: string | undefined;
}

export async function paged<T>(
  ask: (from: string | undefined) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let from: string | undefined;
  do {
    const page = await ask(from);
    all.push(...page.found);
    from = page.next;
  } while (from);
  return all;
}
