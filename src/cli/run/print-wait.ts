import { type DeploymentState, describeHolder, stepUnderWay } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Input } from '../shell/command.ts';
import { folded } from '../shell/io.ts';

/** A line on stderr for whom a command waits, and another for each step that one comes to. */
export function waitingTold({ io }: Input): (state: DeploymentState) => void {
  let said = '';
  return (state) => {
    const { id, plan, holder, openedAt, stopped } = state;
    const at = `${stepUnderWay(state)}${stopped ? ' (stopped there)' : ''}`;
    const whom = stopped
      ? 'somebody to resume or roll back'
      : `${describeHolder(holder)}, who deploys`;
    const words = `Waiting for ${whom} ${plan.release.version} (${id}): ${at}`;
    if (words === said) return;
    said = words;
    const since = formatDuration(Math.max(0, io.clock.wall() - openedAt));
    io.stderr.write(`${folded(io.stderr, [`${words}, begun ${since} ago.`]).join('\n')}\n`);
  };
}
