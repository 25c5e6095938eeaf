import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Action,
  AddTagsCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fleet } from './fleet.ts';
import type { Network } from './network.ts';

/** Ms after which a state that was to come will not. */
const PATIENCE = 45_000;

/** What a person, or another program, does to the load balancer and asks of it. */
export class Hands {
  readonly client: ElasticLoadBalancingV2Client;

  constructor(client: ElasticLoadBalancingV2Client) {
    this.client = client;
  }

  weigh({ listener, groups }: Network, weights: readonly number[], more = {}): Promise<unknown> {
    const DefaultActions = [forward(groups, weights, more)];
    return this.client.send(new ModifyListenerCommand({ ListenerArn: listener, DefaultActions }));
  }

  register(TargetGroupArn: string | undefined, fleet: Fleet): Promise<unknown> {
    return this.client.send(
      new RegisterTargetsCommand({ TargetGroupArn, Targets: targetsOf(fleet) }),
    );
  }

  registerFunction(TargetGroupArn: string, arn: string): Promise<unknown> {
    return this.client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: arn }] }));
  }

  deregister(TargetGroupArn: string | undefined, fleet: Fleet): Promise<unknown> {
    return this.client.send(
      new DeregisterTargetsCommand({ TargetGroupArn, Targets: targetsOf(fleet) }),
    );
  }

  tag(arn: string | undefined, Key: string, Value: string): Promise<unknown> {
    const ResourceArns = arn ? [arn] : [];
    return this.client.send(new AddTagsCommand({ ResourceArns, Tags: [{ Key, Value }] }));
  }

  async states(TargetGroupArn: string | undefined): Promise<readonly string[]> {
    const { TargetHealthDescriptions = [] } = await this.client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return TargetHealthDescriptions.map(({ TargetHealth }) =>
      [TargetHealth?.State, TargetHealth?.Reason].filter(Boolean).join(' '),
    );
  }

  /** Waits until the targets of the group are in these states. */
  async until(group: string | undefined, wanted: readonly string[]): Promise<void> {
    let seen: readonly string[] = [];
    for (const end = performance.now() + PATIENCE; performance.now() < end; await pause(20)) {
      seen = await this.states(group);
      if (seen.join() === wanted.join()) return;
    }
    throw new Error(`targets are ${seen.join()}, not ${wanted.join()}`);
  }
}

const targetsOf = ({ targets }: Fleet) => targets.map(({ id, port }) => ({ Id: id, Port: port }));

export const forward = (
  groups: readonly string[],
  weights: readonly number[],
  more = {},
): Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: groups.map((TargetGroupArn, index) => ({
      TargetGroupArn,
      Weight: weights[index],
    })),
    ...more,
  },
});

export interface Answer {
  readonly status: number | undefined;
  readonly version: string | undefined;
  readonly cookie: string | undefined;
}

/** One request, over a connection of its own. */
export function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          version: answer.headers['x-version'] as string | undefined,
          cookie: answer.headers['set-cookie']?.[0]?.split(';')[0],
        }),
      );
    }).on('error', reject);
  });
}

/** How many of so many requests each version answered; without a version, each status. */
export async function shares(url: string, count: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const { version, status } = await ask(url);
    const key = version ?? String(status);
    seen[key] = (seen[key] ?? 0) + 1;
  }
  return seen;
}
