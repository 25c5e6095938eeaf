import type { Caller } from '../../../../src/clients/aws/caller.ts';
import {
  openQuery,
  type QuerySender,
  queryListIn,
  queryTextIn,
} from '../../../../src/clients/aws/query.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { Compute, Crew, CrewState, Kept } from '../compute.ts';
import { type AsgSpec, albSpecIn, asJson } from '../spec.ts';
import { type AsgPlace, asgOwnerOf, readGroups, type ScalingGroup } from './group.ts';
import { refreshesIn } from './refresh.ts';
import { versionFor } from './template.ts';

/** So many launches in a row that fail are no bad luck any more. */
const FAILED_LAUNCHES = 3;

export interface AsgMeans {
  readonly at: AsgPlace;
  readonly groups: { readonly blue: string; readonly green: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profile: string | undefined;
}

/** Two Auto Scaling groups that take turns: a release is a version of their launch template. */
export function asgCompute({ at, groups, env, profile }: AsgMeans): Compute {
  const place = { region: at.region, profile };
  const scaling = openQuery('autoscaling', env, place);
  const ec2 = openQuery('ec2', env, place);
  /** When a group was last given a size from here: launches that failed before are another try's. */
  const resized = new Map<string, number>();
  const sidesOf = async (group: string, signal: AbortSignal) => {
    const { blue, green } = await readGroups(scaling, at, signal);
    return group === groups.blue ? { own: blue, other: green } : { own: green, other: blue };
  };

  return {
    cannot: {},
    idle: 'warm',
    start: async (crew, signal) => {
      const { own, other } = await sidesOf(crew.group, signal);
      const spec = asgSpecIn(crew);
      const version = await versionFor(ec2, { release: crew.release, spec }, signal);
      const wanted = scalingSizeOf(crew, { own, other, version });
      if (wanted.desired > own.max)
        throw new ProviderError(
          'permanent',
          `${own.name} may have at most ${own.max} instances (its maximum), and ${wanted.desired} are needed`,
        );
      const isSame = own.template?.id === spec.template && own.template.version === version;
      if (isSame && wanted.desired === own.desired && wanted.min === own.min) return;
      resized.set(own.name, systemClock.wall());
      await resize(
        scaling,
        { ...wanted, name: own.name, template: spec.template, version },
        signal,
      );
    },
    poll: async ({ group, kept }, signal) => {
      const words = kept?.words ?? null;
      if (!kept?.isFailing) return { targets: null, failed: null, words };
      const { name } = (await sidesOf(group, signal)).own;
      const since = resized.get(name) ?? 0;
      return {
        targets: null,
        failed: await launchFailureOf(scaling, { name, since }, signal),
        words,
      };
    },
    list: async (_groups, signal) => {
      const { blue, green } = await readGroups(scaling, at, signal);
      return new Map([
        [groups.blue, keptInGroup(blue, groups.blue)],
        [groups.green, keptInGroup(green, groups.green)],
      ]);
    },
    review: (signal) => refreshesIn(scaling, at, signal),
    stop: async ({ group }, signal) => {
      const { own } = await sidesOf(group, signal);
      if (own.desired > 0 || own.min > 0)
        await resize(scaling, { name: own.name, desired: 0, min: 0 }, signal);
    },
    describe: async ({ asg }, live) => {
      if (!asg)
        throw new ProviderError(
          'permanent',
          'the config names no Auto Scaling group: set asg.groups',
        );
      const { blue, green } = await readGroups(scaling, at);
      const serving = (await live()) === groups.green ? green : blue;
      const { template } = serving;
      if (!template)
        throw new ProviderError(
          'permanent',
          `the Auto Scaling group ${serving.name} has no launch template: give it one, because a release is a version of it`,
        );
      const { units } = asg;
      return asg.templateVersion
        ? { compute: 'asg', template: template.id, version: asg.templateVersion, units }
        : {
            compute: 'asg',
            template: template.id,
            from: template.version,
            image: asg.image ?? '',
            units,
          };
    },
  };
}

interface Size {
  readonly desired: number;
  readonly min: number;
}

/** More than were asked for are an autoscaler's doing. The floor of what serves goes along with the release. */
function scalingSizeOf(
  { units, exact }: Crew,
  sides: { readonly own: ScalingGroup; readonly other: ScalingGroup; readonly version: string },
): Size {
  const { own, other, version } = sides;
  const isGrown = own.template?.version === version && !exact;
  const desired = isGrown ? Math.max(own.desired, units) : units;
  return { desired, min: Math.min(desired, Math.max(own.min, other.min)) };
}

interface Resizing extends Size {
  readonly name: string;
  readonly template?: string;
  readonly version?: string;
}

async function resize(
  scaling: Caller<QuerySender>,
  { name, desired, min, template, version }: Resizing,
  signal: AbortSignal,
): Promise<void> {
  const wanted = {
    AutoScalingGroupName: name,
    ...(template ? { 'LaunchTemplate.LaunchTemplateId': template } : {}),
    ...(version ? { 'LaunchTemplate.Version': version } : {}),
    MinSize: min,
    DesiredCapacity: desired,
  };
  await scaling.write(
    (door, options) => door.send('UpdateAutoScalingGroup', wanted, options),
    signal,
  );
}

/** AWS writes down whole seconds. */
const ROUNDED = 1000;

/** Why nothing comes up, where the newest launches have failed one after the other. */
async function launchFailureOf(
  scaling: Caller<QuerySender>,
  { name, since }: { readonly name: string; readonly since: number },
  signal: AbortSignal,
): Promise<CrewState['failed']> {
  const asked = { AutoScalingGroupName: name, MaxRecords: FAILED_LAUNCHES };
  const said = await scaling.read(
    (door, options) => door.send('DescribeScalingActivities', asked, options),
    signal,
  );
  const newest = queryListIn(said, 'DescribeScalingActivitiesResult', 'Activities');
  const failed = newest.filter(
    (activity) =>
      queryTextIn(activity, 'StatusCode') === 'Failed' &&
      !(Date.parse(queryTextIn(activity, 'StartTime')) < since - ROUNDED),
  );
  const [first] = failed;
  if (!first || failed.length < FAILED_LAUNCHES) return null;
  const reason = queryTextIn(first, 'StatusMessage') || queryTextIn(first, 'Description');
  return { reason: `${name}: ${reason}`, logs: [] };
}

function asgSpecIn({ release }: Pick<Crew, 'release'>): AsgSpec {
  const spec = albSpecIn(release);
  if (spec.compute === 'asg') return spec;
  throw new ProviderError('permanent', `${release.version} is not a version of a launch template`);
}

function keptInGroup(group: ScalingGroup, targetGroup: string): Kept {
  const { template, desired, running } = group;
  const spec =
    template && desired > 0
      ? asJson({ compute: 'asg', template: template.id, version: template.version })
      : null;
  return {
    wanted: desired,
    spec,
    version: template ? `${template.name}-${template.version}` : group.name,
    isFailing: running < desired,
    words: `${running} of ${desired} instances are launched`,
    owner: asgOwnerOf(group, targetGroup),
  };
}
