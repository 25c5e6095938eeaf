import type { ExitCode } from '../../contract/index.ts';
import { readNewest, resume as resumeDeployment } from '../../engine/index.ts';
import { type Command, type Input, OUTPUT_OPTION, TARGET_OPTIONS } from '../command.ts';
import { beginRunning } from '../running.ts';
import { meantDeployment, openRecorded, openStore } from '../target.ts';

export const command: Command = {
  arguments: '[deployment]',
  description: 'Go on with an unfinished deployment, in the direction it had.',
  options: [...TARGET_OPTIONS, OUTPUT_OPTION, { flags: '--wait-approval', description: 'wait for approvals even where nobody sits at a terminal' }],
  examples: [
    ['deployctl resume', 'the newest deployment of the service here'],
    ['deployctl resume k3v9', 'that deployment, from any folder or machine with the same store'],
  ],
  run: resume,
};

async function resume(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const store = await openStore(input, composition);
  const { plan } = await meantDeployment(input, composition, store);
  const { provider, target } = await openRecorded(input, composition, plan);
  const waitForApproval = input.options.waitApproval ? { waitForApproval: true } : {};
  const running = await beginRunning(input, composition, { provider, store, ...waitForApproval });
  try {
    const newest = await readNewest(running.world, target.id);
    return (await resumeDeployment(running.world, newest, new AbortController().signal)).exit;
  } finally {
    await running.close();
  }
}
