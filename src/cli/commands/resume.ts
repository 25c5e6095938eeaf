import type { ExitCode } from '../../contract/index.ts';
import { resume as resumeDeployment } from '../../engine/index.ts';
import { onMeantDeployment } from '../run/meant-deployment.ts';
import { type Command, EVENTS_OPTION, type Input, TARGET_OPTIONS } from '../shell/command.ts';

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
  return onMeantDeployment(input, async (world, newest) => {
    const { signal } = new AbortController();
    return (await resumeDeployment(world, newest, { signal })).exit;
  });
}
