import { dirname } from 'node:path';
import { flawAt } from '../../lib/safe-files/descent.ts';
import { wordsOf } from '../../lib/safe-files/flaw.ts';
import { configNotTrusted } from '../errors.ts';

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
  throw configNotTrusted(path, why);
}
