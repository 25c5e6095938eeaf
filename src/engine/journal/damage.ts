import { DeployError, isDeployError, type Store } from '../../contract/index.ts';
import type { LogName } from './log.ts';
import { isNewer } from './newer-version.ts';

/** A record that cannot be trusted, by its number: what is read is whole, or refused. */
export function damaged(log: LogName, seq: number, why: string): DeployError {
  return new DeployError('journal-damaged', {
    message: `Record ${seq} of the log of ${log.target} cannot be trusted: ${why}.`,
    why: `The log in ${log.store.url} was changed or damaged outside deployctl.`,
    state: 'Nothing was changed. What is live is untouched.',
    next: [`deployctl doctor --store ${log.store.url}`],
  });
}

/** An entry beside the log that cannot be read: written once, so it was damaged later. */
export function unreadable(store: Store, key: string): DeployError {
  return new DeployError('journal-damaged', {
    message: `${key} in ${store.url} cannot be read.`,
    why: 'It was changed or damaged outside deployctl.',
    state: 'Nothing was changed. What is live is untouched.',
    next: [`deployctl doctor --store ${store.url}`],
  });
}

/** For a record that is not what is asked for: its damage keeps nobody from the rest. */
export function nullIfDamaged(error: unknown): null {
  if (isDamage(error)) return null;
  throw error;
}

/** The same for what only a newer version could read. */
export function nullIfUnreadable(error: unknown): null {
  return isNewer(error) ? null : nullIfDamaged(error);
}

export const isDamage = (error: unknown): error is DeployError =>
  isDeployError(error) && error.code === 'journal-damaged';
