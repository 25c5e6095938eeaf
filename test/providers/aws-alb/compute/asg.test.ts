import { describe, expect, test } from 'vitest';
import { asgCompute } from '../../../../providers/aws-alb/compute/asg/index.ts';
import type { JsonObject } from '../../../../src/contract/index.ts';
import { awsServing } from './aws.ts';

const { signal } = new AbortController();
const GROUPS = { blue: 'arn:aws:tg/blue/1', green: 'arn:aws:tg/green/2' };
const at = { kind: 'asg', region: 'eu-west-1', blue: 'shop-blue', green: 'shop-green' } as const;
const spec = { compute: 'asg', template: 'lt-1', version: '2' } as JsonObject;
const release = { id: 'v2-abc', version: 'v2', artifact: 'a2', spec };
const crew = { release, group: GROUPS.green, units: 3 };

interface Side {
  min: number;
  max: number;
  desired: number;
  running: number;
  version: string;
}
interface Activity {
  readonly status: string;
  readonly began: number;
}

const groupXml = (name: string, { min, max, desired, running, version }: Side) =>
  `<member><AutoScalingGroupName>shop-${name}</AutoScalingGroupName>
<LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><LaunchTemplateName>shop</LaunchTemplateName><Version>${version}</Version></LaunchTemplate>
<MinSize>${min}</MinSize><MaxSize>${max}</MaxSize><DesiredCapacity>${desired}</DesiredCapacity>
<Instances>${'<member><LifecycleState>InService</LifecycleState></member>'.repeat(running)}</Instances>
<TargetGroupARNs><member>arn:aws:tg/${name}/${name === 'blue' ? 1 : 2}</member></TargetGroupARNs></member>`;

const activityXml = ({ status, began }: Activity) =>
  `<member><StatusCode>${status}</StatusCode><StatusMessage>no capacity</StatusMessage><StartTime>${new Date(began).toISOString()}</StartTime></member>`;

/** Version 1 serves from blue with two instances; green has none. */
async function place(
  green: Partial<Side> = {},
  activities: readonly Activity[] = [],
  refreshes: Readonly<Record<string, string>> = {},
) {
  const sides = {
    blue: { min: 2, max: 4, desired: 2, running: 2, version: '1' },
    green: { min: 0, max: 4, desired: 0, running: 0, version: '1', ...green },
  };
  const resized: Record<string, string>[] = [];
  const { env } = await awsServing(({ body }) => {
    const { Action, Version: _, ...form } = Object.fromEntries(new URLSearchParams(body));
    if (Action === 'UpdateAutoScalingGroup') {
      resized.push(form);
      const { MinSize, DesiredCapacity } = form;
      Object.assign(sides.green, { min: Number(MinSize), desired: Number(DesiredCapacity) });
      return { body: '<R/>' };
    }
    if (Action === 'DescribeInstanceRefreshes') {
      const status = refreshes[form.AutoScalingGroupName ?? ''];
      if (status === 'denied')
        return {
          status: 403,
          body: '<R><Error><Code>AccessDenied</Code><Message>not yours</Message></Error></R>',
        };
      const one = `<member><InstanceRefreshId>r-1</InstanceRefreshId><Status>${status}</Status></member>`;
      const all = `<InstanceRefreshes>${status ? one : ''}</InstanceRefreshes>`;
      return { body: `<R><${Action}Result>${all}</${Action}Result></R>` };
    }
    const said =
      Action === 'DescribeScalingActivities'
        ? `<Activities>${activities.map(activityXml).join('')}</Activities>`
        : `<AutoScalingGroups>${groupXml('blue', sides.blue)}${groupXml('green', sides.green)}</AutoScalingGroups>`;
    return { body: `<R><${Action}Result>${said}</${Action}Result></R>` };
  });
  const compute = asgCompute({ at, groups: GROUPS, env, profile: undefined });
  const keptIn = async () => {
    const kept = (await compute.list([], signal)).get(GROUPS.green);
    if (!kept) throw new Error('green is always listed');
    return kept;
  };
  const poll = async () => compute.poll({ ...crew, kept: await keptIn() }, signal);
  return { compute, resized, keptIn, poll };
}

describe('a group that is started', () => {
  test('gets the floor of the one that serves, so that no autoscaler empties it', async () => {
    const { compute, resized } = await place();
    await compute.start(crew, signal);
    expect(resized).toEqual([
      expect.objectContaining({
        MinSize: '2',
        DesiredCapacity: '3',
        'LaunchTemplate.Version': '2',
      }),
    ]);
    await compute.stop(crew, signal);
    expect(resized[1]).toMatchObject({ MinSize: '0', DesiredCapacity: '0' });
  });

  test('keeps what an autoscaler has added, where nobody asks for an exact number', async () => {
    const { compute, resized } = await place({ desired: 4, min: 2, version: '2' });
    await compute.start(crew, signal);
    expect(resized).toEqual([]);
    await compute.start({ ...crew, exact: true }, signal);
    expect(resized).toEqual([expect.objectContaining({ DesiredCapacity: '3' })]);
  });

  test('is refused more than its maximum', async () => {
    const { compute, resized } = await place({ max: 2 });
    await expect(compute.start(crew, signal)).rejects.toMatchObject({ failure: 'permanent' });
    expect(resized).toEqual([]);
  });
});

describe('launches that fail', () => {
  const failed = { status: 'Failed', began: Date.now() + 60_000 };
  const older = { status: 'Failed', began: Date.now() - 3_600_000 };

  test('one after the other end it, and one alone does not', async () => {
    const unlucky = await place({}, [{ ...failed, status: 'InProgress' }, failed, failed]);
    await unlucky.compute.start(crew, signal);
    expect((await unlucky.poll()).failed).toBeNull();
    const hopeless = await place({}, [failed, failed, failed]);
    await hopeless.compute.start(crew, signal);
    expect((await hopeless.poll()).failed).toMatchObject({ reason: 'shop-green: no capacity' });
  });

  test('before this start say nothing of it: another try is not ended by the one before', async () => {
    const { compute, poll } = await place({}, [older, older, older]);
    await compute.start(crew, signal);
    expect((await poll()).failed).toBeNull();
  });

  test('are known for hopeless by another machine, too', async () => {
    const { poll } = await place({ desired: 3, version: '2' }, [older, older, older]);
    expect((await poll()).failed).not.toBeNull();
  });
});

describe('an instance refresh by other hands', () => {
  const reviewed = async (refreshes: Readonly<Record<string, string>>) =>
    (await place({}, [], refreshes)).compute.review?.(signal);

  test.each(['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'])(
    'that is %s is in the way, and what ends it is said',
    async (status) => {
      const [told, ...others] = (await reviewed({ 'shop-green': status }))?.refusals ?? [];
      expect(told).toContain(`shop-green is under way (r-1: ${status})`);
      expect(told).toContain('cancel-instance-refresh --auto-scaling-group-name shop-green');
      expect(others).toEqual([]);
    },
  );

  test('that is over is not', async () => {
    const over = { 'shop-blue': 'Successful', 'shop-green': 'Cancelled' };
    expect(await reviewed(over)).toEqual({ refusals: [], notes: [] });
  });

  test('that may not be looked for is a note, and no reason to refuse', async () => {
    const told = await reviewed({ 'shop-blue': 'denied' });
    expect(told?.refusals).toEqual([]);
    expect(told?.notes).toEqual([
      expect.stringMatching(/^Whether an instance refresh goes on is not known: .*AccessDenied/),
    ]);
  });
});

test('a group that launches whatever version is the newest is not to be deployed to', async () => {
  const moving = await place({ version: '$Latest' });
  expect((await moving.keptIn()).owner).toContain('give it the number of a version');
  const fixed = await place();
  expect((await fixed.keptIn()).owner).toBeNull();
});
