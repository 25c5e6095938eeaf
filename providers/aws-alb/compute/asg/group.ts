import type { Caller } from '../../../../src/clients/aws/caller.ts';
import {
  type QuerySender,
  type QueryTree,
  queryListIn,
  queryTextIn,
} from '../../../../src/clients/aws/query.ts';
import { ProviderError } from '../../../../src/contract/index.ts';

/** The two Auto Scaling groups that take turns, each of them attached to one of the two target groups. */
export interface AsgPlace {
  readonly kind: 'asg';
  readonly region: string;
  readonly blue: string;
  readonly green: string;
}

/** The part of what AWS says of a group that is relied on. */
export interface ScalingGroup {
  readonly name: string;
  /** Null where it launches by other means than a template. */
  readonly template: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
  } | null;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Those that are not on their way down. */
  readonly running: number;
  readonly suspended: readonly string[];
  readonly targetGroups: readonly string[];
}

/** Both groups by one call; one that is not there is told by its name. */
export async function readGroups(
  door: Caller<QuerySender>,
  { blue, green }: AsgPlace,
  signal?: AbortSignal,
): Promise<{ readonly blue: ScalingGroup; readonly green: ScalingGroup }> {
  const names = {
    'AutoScalingGroupNames.member.1': blue,
    'AutoScalingGroupNames.member.2': green,
  };
  const said = await door.read(
    (scaling, options) => scaling.send('DescribeAutoScalingGroups', names, options),
    signal,
  );
  const all = queryListIn(said, 'DescribeAutoScalingGroupsResult', 'AutoScalingGroups').map(
    scalingGroupIn,
  );
  const named = (name: string) => {
    const found = all.find((group) => group.name === name);
    if (found) return found;
    throw new ProviderError(
      'permanent',
      `there is no Auto Scaling group ${name}: create it with no instances, attached to its target group`,
    );
  };
  return { blue: named(blue), green: named(green) };
}

function scalingGroupIn(tree: QueryTree): ScalingGroup {
  const id = queryTextIn(tree, 'LaunchTemplate', 'LaunchTemplateId');
  const name = queryTextIn(tree, 'LaunchTemplate', 'LaunchTemplateName');
  const version = queryTextIn(tree, 'LaunchTemplate', 'Version');
  const instances = queryListIn(tree, 'Instances');
  return {
    name: queryTextIn(tree, 'AutoScalingGroupName'),
    template: id ? { id, name, version } : null,
    min: Number(queryTextIn(tree, 'MinSize')),
    max: Number(queryTextIn(tree, 'MaxSize')),
    desired: Number(queryTextIn(tree, 'DesiredCapacity')),
    running: instances.filter((each) => !/^Term/.test(queryTextIn(each, 'LifecycleState'))).length,
    suspended: queryListIn(tree, 'SuspendedProcesses').map((each) =>
      queryTextIn(each, 'ProcessName'),
    ),
    targetGroups: queryListIn(tree, 'TargetGroupARNs').map((arn) => queryTextIn(arn)),
  };
}

/** Without these nothing comes up, or nothing leaves. */
const NEEDED_PROCESSES = ['Launch', 'Terminate', 'AddToLoadBalancer'];

/** Whoever else starts its instances, or why it cannot be used, in words that follow a colon. */
export function asgOwnerOf(group: ScalingGroup, targetGroup: string): string | null {
  const { name, template, suspended, targetGroups } = group;
  if (name.startsWith('CodeDeploy_')) return `CodeDeploy made the Auto Scaling group ${name}`;
  if (!template)
    return `the Auto Scaling group ${name} has no launch template of its own, but a launch configuration or a mix of instances: give it a template`;
  if (template.version.startsWith('$'))
    return `the Auto Scaling group ${name} launches ${template.version} of ${template.name}, so that a new version would come up in what serves: give it the number of a version`;
  if (!targetGroups.includes(targetGroup))
    return `the Auto Scaling group ${name} is not attached to ${targetGroup.split('/')[1]}: attach it`;
  const asleep = NEEDED_PROCESSES.find((process) => suspended.includes(process));
  return asleep
    ? `the process ${asleep} of the Auto Scaling group ${name} is suspended: resume it`
    : null;
}
