import { DeployError } from '../../contract/index.ts';
import type { Input } from '../shell/command.ts';

/** Returns after a yes, given here or by --yes; without a terminal only --yes counts. */
export async function confirmed(input: Input, question: string): Promise<void> {
  const { io, options, name } = input;
  if (options.yes) return;
  if (!io.interactive) {
    throw new DeployError('usage', {
      message: `Confirmation needed, but there is no terminal to ask: ${question}`,
      state: 'Nothing was touched.',
      next: [`deployctl ${name} --yes`],
    });
  }
  const answer = await io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw new DeployError('policy', { message: 'Not confirmed.', state: 'Nothing was touched.' });
}
