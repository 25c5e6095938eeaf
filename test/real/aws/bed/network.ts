import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Bed, REGION } from './bed.ts';

/** A load balancer with a listener and groups, made as its owner would have made them. */
export interface Network {
  readonly listener: string;
  readonly loadBalancer: string;
  /** The rule that serves the service, where its default action does not. */
  readonly rule: string | null;
  readonly groups: readonly string[];
  /** Where users reach it. */
  readonly url: string;
}

let made = 0;

export interface NetworkOptions {
  readonly groups?: number;
  /** Seconds. */
  readonly drain?: number;
  readonly takes?: 'ip' | 'instance' | 'lambda';
  /** The service has a rule by its path, and the default action is nobody's. */
  readonly byRule?: boolean;
}

/** The listener forwards to the first group alone: that is what a deployment finds the first time. */
export async function makeNetwork(
  bed: Bed,
  { groups = 2, drain = 1, takes = 'ip', byRule = false }: NetworkOptions = {},
): Promise<Network> {
  const client = bed.raw;
  const name = `shop-${++made}`;
  const { vpc, subnets } = await placeIn(bed);
  const { LoadBalancers: [balancer] = [] } = await client.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: subnets }),
  );
  const loadBalancer = balancer?.LoadBalancerArn ?? '';
  const arns: string[] = [];
  for (let index = 0; index < groups; index++)
    arns.push(
      await makeGroup(bed, `${name}-${index === 0 ? 'blue' : 'green'}`, { vpc, drain, takes }),
    );
  const { Listeners: [first] = [] } = await client.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: byRule ? NOBODY : [{ Type: 'forward', TargetGroupArn: arns[0] }],
    }),
  );
  const listener = first?.ListenerArn ?? '';
  const rule = byRule ? await makeRule(bed, listener, arns[0]) : null;
  await bed.refresh();
  return { listener, loadBalancer, rule, groups: arns, url: await bed.serve(listener) };
}

const NOBODY: Action[] = [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' } },
];

export async function makeRule(
  { raw }: Bed,
  ListenerArn: string,
  TargetGroupArn: string | undefined,
) {
  const { Rules: [rule] = [] } = await raw.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  return rule?.RuleArn ?? null;
}

export async function makeGroup(
  bed: Bed,
  name: string,
  given: { vpc?: string; drain: number; takes: 'ip' | 'instance' | 'lambda' },
) {
  const client = bed.raw;
  const { vpc = (await placeIn(bed)).vpc } = given;
  if (given.takes === 'lambda') return functionGroup(bed, name);
  const { TargetGroups: [group] = [] } = await client.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: vpc,
      TargetType: given.takes,
      HealthCheckPath: '/healthz',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  const arn = group?.TargetGroupArn ?? '';
  const delay = { Key: 'deregistration_delay.timeout_seconds', Value: String(given.drain) };
  await client.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: [delay] }),
  );
  return arn;
}

/** AWS: "health checks are disabled by default" for it, and it has no deregistration delay. */
async function functionGroup({ raw }: Bed, Name: string): Promise<string> {
  const asked = { Name, TargetType: 'lambda', HealthCheckEnabled: false } as const;
  const { TargetGroups: [group] = [] } = await raw.send(new CreateTargetGroupCommand(asked));
  return group?.TargetGroupArn ?? '';
}

/** The network that the API server has from the start. */
async function placeIn(bed: Bed): Promise<{ vpc: string; subnets: string[] }> {
  const answer = await fetch(bed.motoUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=OWNER/20260101/${REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Action: 'DescribeSubnets', Version: '2016-11-15' }),
  });
  const xml = await answer.text();
  const subnets = [...xml.matchAll(/<subnetId>([^<]+)</g)].map(([, id = '']) => id);
  return { vpc: /<vpcId>([^<]+)</.exec(xml)?.[1] ?? '', subnets };
}
