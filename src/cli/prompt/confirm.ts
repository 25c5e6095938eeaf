import type { Input } from '../shell/command.ts';
import { nobodyToConfirm, notConfirmed } from './errors.ts';

/** Returns after a yes, given here or by --yes; without a terminal only --yes counts. */
export async function confirmed(input: Input, question: string): Promise<void> {
  const { io, options, name } = input;
  if (options.yes) return;
  if (!io.interactive) throw nobodyToConfirm(name, question);
  const answer = await io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw notConfirmed();
}
