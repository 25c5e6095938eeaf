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
    message: `${path} was found and is not taken as the config: ${why}.`,
    why: 'A config says what is run, and whoever can write one there would run it as you. In a checkout that another user made, as in many a CI job, name the file: that takes it as it is.',
    state: 'It was not read, and nothing was touched.',
    next: [`deployctl validate --config ${shellWord(path)}`],
  });
}
