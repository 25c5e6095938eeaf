import { type DeployError, isDeployError } from '../../contract/index.ts';
import { isNewer } from './newer-version.ts';

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
