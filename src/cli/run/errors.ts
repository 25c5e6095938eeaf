import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError } from '../../contract/index.ts';
import type { DeploymentState } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';

export function spanNotPast(): DeployError {
  return new DeployError('usage', {
    message: 'The time to analyze must begin before it ends, and lie in the past.',
    next: ['deployctl analyze --from 2h --to 1h'],
  });
}

export function notAMoment(option: string, given: string | undefined): DeployError {
  return new DeployError('usage', {
    message:
      given === undefined
        ? '--to needs --from.'
        : `--${option} is not a time: ${JSON.stringify(given)}.`,
    why: 'Times are written like 2026-11-28T10:00Z, or how long ago: 2h.',
    next: ['deployctl analyze --from 2h --to 1h'],
  });
}

/** An old id was named, which must never act on a newer deployment. */
export function notTheNewest(meant: DeploymentState, newest: DeploymentState): DeployError {
  const isOpen = newest.ended === null;
  return new DeployError('policy', {
    message: `${meant.id} has ended (${meant.ended?.result ?? 'unfinished'}), and ${newest.id} came after it.`,
    state: UNTOUCHED,
    next: ['deployctl history', isOpen ? `deployctl resume ${newest.id}` : 'deployctl status'],
  });
}

interface TooManyWindows {
  readonly windows: number;
  readonly most: number;
  readonly interval: number;
}

export function tooManyWindows({ windows, most, interval }: TooManyWindows): DeployError {
  return new DeployError('usage', {
    message: `${windows} windows of ${formatDuration(interval)} lie in this time; at most ${most} can be asked for.`,
    next: [`deployctl analyze --from ${formatDuration(most * interval)}`],
  });
}

export function gatesNotImported(message: string): DeployError {
  return new DeployError('usage', {
    message,
    next: ['deployctl analyze import analysis-template.yaml', 'deployctl analyze --help'],
  });
}

export function notARate(option: string, given: string): DeployError {
  const example = option === 'traffic' ? 'a rate such as 40/s' : 'a percent such as 5%';
  return new DeployError('usage', {
    message: `--${option} takes ${example}, not ${JSON.stringify(given)}.`,
    next: ['deployctl analyze --traffic 40/s --weight 5% --usual 0.1% --risen 1%'],
  });
}
