import type { ExitCode } from '../../contract/index.ts';
import { readNewest, resume as resumeDeployment } from '../../engine/index.ts';
import { whileRunning } from '../run/open-run.ts';
import { sameDeployment } from '../run/same-deployment.ts';
import { type Command, EVENTS_OPTION, type Input, TARGET_OPTIONS } from '../shell/command.ts';
import { openRecorded } from '../target/place.ts';
import { meantDeployment, openScope } from '../target/scope.ts';

export const command: Command = {
  arguments: '[deployment]',
  description: 'Continue an unfinished deployment, forward or back as it was.',
  options: [
    ...TARGET_OPTIONS,
    EVENTS_OPTION,
    { flags: '--wait-approval', description: 'wait for approvals even without a terminal' },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl resume', 'the newest deployment of the service here'],
    ['deployctl resume k3v9', 'that one, from any folder or machine with the same store'],
  ],
  streams: true,
  run: runResumeCommand,
};

async function runResumeCommand(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const meant = await meantDeployment(input, composition, scope);
  const place = await openRecorded(input, composition, {
    workspace: scope.workspace,
    plan: meant.plan,
  });
  return whileRunning(input, { composition, place, store: scope.store }, async (world) => {
    const newest = sameDeployment(await readNewest(world, place.target.id), meant);
    const { signal } = new AbortController();
    return (await resumeDeployment(world, newest, { signal })).exit;
  });
}
