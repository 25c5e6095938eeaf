import { dirname } from 'node:path';
import { DeployError } from '../../contract/index.ts';
import { flawAt } from '../../lib/safe-files/descent.ts';
import { wordsOf } from '../../lib/safe-files/flaw.ts';
import { shellWord } from '../../lib/shell-word.ts';

/**
 * Why a config that was found, and that nobody has named, is not taken: others could have written it,
 * and it says what is run here.
 */
export function whyNotTaken(path: string): string | null {
  // Not even where others may only add to what is ours: what a config names would lie beside it.
  const flaw = flawAt(dirname(path)) ?? flawAt(path);
  return flaw && wordsOf(flaw);
}

export function demandOwnFile(path: string): void {
  const why = whyNotTaken(path);
  if (why === null) return;
  throw new DeployError('config-invalid', {
    message: `${path} was found, but is not used as the config: ${why}.`,
    why: 'A config decides which programs run, so anybody who can write one there could run programs as you. If another user made the checkout, as in many CI jobs, name the file to use it anyway.',
    state: 'It was not read, and nothing was touched.',
    next: [`deployctl validate --config ${shellWord(path)}`],
  });
}
