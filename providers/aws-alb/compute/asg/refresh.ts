import type { Caller } from '../../../../src/clients/aws/caller.ts';
import { type QuerySender, queryListIn, queryTextIn } from '../../../../src/clients/aws/query.ts';
import { failureClass, type Review } from '../../../../src/contract/index.ts';
import type { AsgPlace } from './group.ts';

/** Refreshes that still replace instances, or put back what they have replaced. */
const UNDER_WAY = new Set(['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress']);

/** The newest come first, and only one goes on at a time. */
const NEWEST = 1;

/**
 * Instance refreshes are never ours, and go on by themselves: while one replaces what serves, nobody can
 * say what is gone back to; and AWS takes no other version of the template for a group that has one.
 */
export async function refreshesIn(
  scaling: Caller<QuerySender>,
  { blue, green }: Pick<AsgPlace, 'blue' | 'green'>,
  signal: AbortSignal,
): Promise<Review> {
  const refusalFor = async (name: string) => {
    const asked = { AutoScalingGroupName: name, MaxRecords: NEWEST };
    const said = await scaling.read(
      (door, options) => door.send('DescribeInstanceRefreshes', asked, options),
      signal,
    );
    const [newest] = queryListIn(said, 'DescribeInstanceRefreshesResult', 'InstanceRefreshes');
    const status = queryTextIn(newest, 'Status');
    if (!UNDER_WAY.has(status)) return [];
    const id = queryTextIn(newest, 'InstanceRefreshId');
    const done = queryTextIn(newest, 'PercentageComplete');
    const far = done ? `, ${done} % done` : '';
    return [
      `an instance refresh of the Auto Scaling group ${name} is under way (${id}: ${status}${far}), which goes on by itself: wait for its end, or end it with \`aws autoscaling cancel-instance-refresh --auto-scaling-group-name ${name}\``,
    ];
  };
  try {
    const refusals = await Promise.all([refusalFor(blue), refusalFor(green)]);
    return { refusals: refusals.flat(), notes: [] };
  } catch (error) {
    if (failureClass(error) !== 'denied') throw error;
    const why = (error as Error).message;
    return { refusals: [], notes: [`Whether an instance refresh goes on is not known: ${why}`] };
  }
}
