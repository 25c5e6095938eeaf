import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';

export interface Group {
  readonly arn: string;
  readonly settings: TargetGroup;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly protocol: string;
  /** By priority, the default last. */
  readonly rules: readonly Rule[];
}

/** All that the API server holds, at one moment. */
export interface World {
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly groups: ReadonlyMap<string, Group>;
}

export const NO_WORLD: World = { listeners: new Map(), groups: new Map() };

/** Attributes that were read before are believed: only the call that changes them has them read again. */
export async function readWorld(
  client: ElasticLoadBalancingV2Client,
  known: World['groups'] = new Map(),
): Promise<World> {
  const [listeners, groups] = await Promise.all([readListeners(client), readGroups(client, known)]);
  return { listeners, groups };
}

async function readListeners(client: ElasticLoadBalancingV2Client) {
  const found = new Map<string, Listener>();
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn = '', Port = 80, Protocol = 'HTTP', DefaultActions = [] } of Listeners)
      found.set(ListenerArn, {
        arn: ListenerArn,
        loadBalancer: LoadBalancerArn ?? '',
        port: Port,
        protocol: Protocol,
        rules: await readRules(client, ListenerArn, DefaultActions),
      });
  }
  return found;
}

/** Of the default rule the API server keeps two truths: what the listener says is the one that holds. */
async function readRules(client: ElasticLoadBalancingV2Client, listener: string, last: Action[]) {
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeRulesCommand({ ListenerArn: listener, Marker }));
    rules.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return rules
    .map((rule) => (rule.IsDefault ? { ...rule, Actions: last } : rule))
    .sort((a, b) => rank(a) - rank(b));
}

const rank = ({ Priority, IsDefault }: Rule) => (IsDefault ? Infinity : Number(Priority));

async function readGroups(client: ElasticLoadBalancingV2Client, known: World['groups']) {
  const found = new Map<string, Group>();
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeTargetGroupsCommand({ Marker }));
    for (const settings of page.TargetGroups ?? []) {
      const arn = settings.TargetGroupArn ?? '';
      const attributes = known.get(arn)?.attributes ?? (await readAttributes(client, arn));
      found.set(arn, { arn, settings, attributes });
    }
    Marker = page.NextMarker;
  } while (Marker);
  return found;
}

async function readAttributes(client: ElasticLoadBalancingV2Client, TargetGroupArn: string) {
  const { Attributes = [] } = await client.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn }),
  );
  return Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The group and weight pairs of an action; one group alone has all of it. */
export function groupsOf({ ForwardConfig, TargetGroupArn }: Action) {
  const { TargetGroups = [] } = ForwardConfig ?? {};
  if (TargetGroups.length > 0)
    return TargetGroups.map(({ TargetGroupArn: arn = '', Weight = 1 }) => ({
      arn,
      weight: Weight,
    }));
  return TargetGroupArn ? [{ arn: TargetGroupArn, weight: 1 }] : [];
}

/** Every listener one of whose rules names the group, with whatever weight. */
export function listenersUsing({ listeners }: World, group: string): readonly Listener[] {
  return [...listeners.values()].filter(({ rules }) =>
    rules.some((rule) =>
      (rule.Actions ?? []).some((action) => groupsOf(action).some(({ arn }) => arn === group)),
    ),
  );
}
