import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { accessFrom } from '../../../src/clients/aws/access.ts';
import { openLoadBalancing } from '../../../src/clients/aws/load-balancing.ts';
import type { Adoptable, OpenMeans, Running } from '../../../src/contract/index.ts';
import { groupName } from '../arn.ts';
import { profileIn } from '../compute/index.ts';
import { adoptionWithoutRegion } from '../errors.ts';
import { weightsIn } from '../forward.ts';
import { adoptingConfig, type Found } from './config.ts';
import { type Landscape, readLandscape, type ServingRule } from './landscape.ts';
import { type Runner, type Runners, readRunners } from './runners.ts';

/** All that one may see of a region that could be deployed to as it is. Nothing is written. */
export async function runningBehind({ env, via }: OpenMeans): Promise<Running> {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region) throw adoptionWithoutRegion();
  const profile = profileIn(via);
  const access = accessFrom(env, { region, service: 'ELASTIC_LOAD_BALANCING_V2', profile });
  const door = await openLoadBalancing(access);
  try {
    const landscape = await readLandscape(door.calls);
    const runners = await readRunners(env, { region, profile });
    const looked = landscape.rules.flatMap((serving) => lookedAt(serving, landscape, runners));
    return {
      workloads: looked.flatMap((each) => ('name' in each ? [each] : [])),
      notes: [
        `region ${region}; others by AWS_REGION`,
        ...runners.unseen,
        ...looked.flatMap((each) => ('lacks' in each ? [each.lacks] : [])),
      ],
    };
  } finally {
    door.close();
  }
}

/** What can be adopted, or what it lacks; nothing for what serves no service. */
function lookedAt(
  serving: ServingRule,
  { groups }: Landscape,
  { behind }: Runners,
): (Adoptable | { readonly lacks: string })[] {
  const weights = weightsIn(serving.rule).filter(({ group }) => group !== '');
  const [heaviest] = weights.toSorted((a, b) => b.weight - a.weight);
  if (!heaviest || weights.length > 2 || isOurs(serving)) return [];
  const name = ruleName(serving);
  const live = groups.find(({ TargetGroupArn }) => TargetGroupArn === heaviest.group);
  if (!live) return [];
  const runner = behind.get(heaviest.group) ?? null;
  const second = weights.find(({ group }) => group !== heaviest.group)?.group;
  const other = second
    ? groups.find(({ TargetGroupArn }) => TargetGroupArn === second)
    : pairOf(live, groups, { runner, behind });
  const named = groupName(heaviest.group);
  if (!other?.TargetGroupArn)
    return [
      {
        lacks: `${name} serves from ${named} alone: make a second target group like it (aws elbv2 create-target-group), which no rule uses yet`,
      },
    ];
  const idle = behind.get(other.TargetGroupArn) ?? null;
  if (runner && idle?.kind !== runner.kind)
    return [
      {
        lacks: `${name} serves from ${runner.name}: make a second one like it with nothing in it, in ${groupName(other.TargetGroupArn)}`,
      },
    ];
  return [adoptable({ serving, live, other, runner, idle }, name)];
}

/** The header by which gates reach a release. */
const isOurs = ({ rule }: ServingRule) =>
  rule.Conditions?.some(
    ({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName === 'x-deployctl-release',
  ) ?? false;

/** A group like this one that no load balancer uses: best with the same runner, then the likest name. */
function pairOf(
  live: TargetGroup,
  groups: readonly TargetGroup[],
  { runner, behind }: { runner: Runner | null; behind: Runners['behind'] },
): TargetGroup | undefined {
  const rank = (group: TargetGroup) => {
    const same = behind.get(group.TargetGroupArn ?? '')?.kind === runner?.kind;
    return (
      (same ? 1_000 : 0) + sharedStart(group.TargetGroupName ?? '', live.TargetGroupName ?? '')
    );
  };
  const [best] = groups
    .filter((group) => isLike(group, live) && (group.LoadBalancerArns ?? []).length === 0)
    .filter((group) => sharedStart(group.TargetGroupName ?? '', live.TargetGroupName ?? '') > 2)
    .toSorted((a, b) => rank(b) - rank(a));
  return best;
}

const isLike = (a: TargetGroup, b: TargetGroup) =>
  a.TargetGroupArn !== b.TargetGroupArn &&
  a.TargetType === b.TargetType &&
  a.VpcId === b.VpcId &&
  a.Protocol === b.Protocol;

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** `shop:443/default`, `shop:443/10`. */
function ruleName({ balancer, listener, rule }: ServingRule): string {
  return `${balancer.LoadBalancerName}:${listener.Port}/${rule.IsDefault ? 'default' : rule.Priority}`;
}

function adoptable(found: Found, name: string): Adoptable {
  const { live, other, runner } = found;
  const units = runner ? `${runner.units} × ${runner.name}, ` : '';
  const groups = [live, other].map(({ TargetGroupArn = '' }) => groupName(TargetGroupArn));
  return {
    name,
    words: `${units}target groups ${groups.join(' and ')}`,
    strategy: 'canary',
    config: (strategy) => adoptingConfig(found, strategy),
  };
}
