import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError, type Observation, type Target } from '../../contract/index.ts';
import { type DeploymentState, stepUnderWay } from '../../engine/index.ts';
import { nearest } from '../../lib/suggest.ts';
import { reworded } from '../shell/errors.ts';

export function nothingRuns(state: DeploymentState | null): DeployError {
  return new DeployError('policy', {
    message: state
      ? `${state.id} has ended already: ${state.ended?.result}.`
      : 'No deployment is running here.',
    state: UNTOUCHED,
    next: ['deployctl status', 'deployctl history'],
  });
}

export function notWaiting(state: DeploymentState): DeployError {
  return new DeployError('policy', {
    message: `${state.id} is not waiting for approval; it is at: ${stepUnderWay(state)}.`,
    state: UNTOUCHED,
    next: ['deployctl status --watch', 'deployctl promote', 'deployctl abort'],
  });
}

export function approvalUncounted({ id }: DeploymentState, why: string): DeployError {
  return new DeployError('policy', {
    message: `This approval does not count for ${id}: ${why}.`,
    state: 'Nothing was recorded. The deployment still waits.',
    next: ['deployctl status', `deployctl reject ${id}`],
  });
}

export function planIsFixed(given: readonly string[]): DeployError {
  return new DeployError('usage', {
    message: `--plan runs exactly what was saved; ${given.join(' and ')} would change it.`,
    state: UNTOUCHED,
    next: ['deployctl plan --out <file>'],
  });
}

export function interruptedBefore(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): DeployError {
  return new DeployError(signal === 'SIGINT' ? 'interrupted' : 'terminated', {
    message: `Interrupted by ${signal} before the deployment began.`,
    state: 'This command started nothing.',
    next: ['deployctl status'],
  });
}

/** A version was given where the id of a deployment belongs. */
export const versionForId = (error: DeployError, version: string): DeployError =>
  reworded(error, {
    why: 'A version is named with --to; without it, the argument is a deployment id.',
    next: [`deployctl rollback --to ${version}`, 'deployctl history'],
  });

export function nothingToSkip(): DeployError {
  return new DeployError('policy', {
    message: 'No undo hook has failed, so there is nothing to skip.',
    state: UNTOUCHED,
    next: ['deployctl status', 'deployctl history'],
  });
}

/** A running deployment can only be rolled back to what served before it. */
export function anotherRuns({ id, plan }: DeploymentState, to: string | undefined): DeployError {
  const before = plan.before.live?.version ?? 'nothing';
  return new DeployError('held', {
    message: `Deployment ${id} of ${plan.release.version} has not ended yet.`,
    why: `It has to be rolled back first, which brings back ${before}${to === undefined ? '' : `, not ${to}`}.`,
    state: UNTOUCHED,
    next: [`deployctl rollback ${id}`, 'deployctl status'],
  });
}

export function liveAlready(version: string): DeployError {
  return new DeployError('policy', {
    message: `${version} is already live.`,
    state: UNTOUCHED,
    next: ['deployctl status'],
  });
}

export function nothingToStart(service: string): DeployError {
  return new DeployError('policy', {
    message: `${service} has nothing to start on this machine.`,
    why: 'It was never deployed here, or it was taken down.',
    state: UNTOUCHED,
    next: ['deployctl deploy'],
  });
}

export function nothingToPrint(): DeployError {
  return new DeployError('usage', {
    message: '--print shows the unit that --install-unit would write, and goes with it.',
    state: UNTOUCHED,
    next: ['deployctl up --install-unit --print'],
  });
}

export function notUp(release: Observation['releases'][number]): DeployError {
  const { version, ready, desired, note } = release;
  return new DeployError('could-not-run', {
    message: `${version} did not come up in time: ${ready} of ${desired} units are ready.`,
    why: note ?? undefined,
    state: 'The units that are ready serve; the others are still being started.',
    next: ['deployctl logs', 'deployctl status'],
  });
}

/** A deployment that runs could not be told to pause: a person has to know that there is none. */
export function cannotTellRunning(
  { code, message }: DeployError,
  service: string,
  store: string,
): DeployError {
  return new DeployError(code, {
    message: `Cannot tell whether a deployment of ${service} is running: ${message}`,
    why: 'A running deployment would start again what is stopped here. --force stops it without checking.',
    state: 'Nothing was stopped.',
    next: ['deployctl down --force', `deployctl doctor --store ${store}`],
  });
}

/** `held` says who deploys and since when. */
export function deploymentRuns({ message, why }: DeployError, id: string): DeployError {
  return new DeployError('held', {
    message,
    why,
    state: 'Nothing was stopped.',
    next: [`deployctl rollback ${id}`, 'deployctl down --force'],
  });
}

export function releaseUnknown(wanted: string, known: readonly string[]): DeployError {
  return new DeployError('not-found', {
    message: `No release ${JSON.stringify(wanted)} was deployed here.`,
    why: `Recorded: ${known.slice(0, 10).join(', ') || 'none'}.`,
    next: ['deployctl logs', 'deployctl history'],
  });
}

export function unknownShell(shell: string, names: readonly string[]): DeployError {
  const meant = nearest(shell, names);
  return new DeployError('usage', {
    message: `There is no completion script for ${JSON.stringify(shell)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: ${names.join(', ')}.`,
    next: ['deployctl completion --help'],
  });
}

export function noConfigToAnalyze(): DeployError {
  return new DeployError('config-missing', {
    message: 'There is no deploy config here, so there are no gates to ask.',
    next: ['deployctl analyze --config <file>'],
  });
}

export function unknownGate(wrong: string, known: readonly string[]): DeployError {
  const meant = nearest(wrong, known);
  return new DeployError('unknown-name', {
    message: `There is no gate ${JSON.stringify(wrong)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: ${known.join(', ') || 'none'}.`,
  });
}

export function nothingToMeasure(target: Target): DeployError {
  return new DeployError('not-found', {
    message: `Nothing is live at ${target.identity.label}: there is nothing to measure.`,
    next: ['deployctl deploy'],
  });
}

export function noGates(): DeployError {
  return new DeployError('usage', {
    message: 'The config has no gates.',
    state: UNTOUCHED,
    next: ['deployctl validate'],
  });
}

export function configExists(file: string): DeployError {
  return new DeployError('policy', {
    message: `${file} exists already.`,
    state: 'Nothing was written.',
    next: ['deployctl validate', 'deployctl init --force'],
  });
}

export function pageWithoutDeployment(): DeployError {
  return new DeployError('usage', {
    message: '--html writes a page about one deployment: name which.',
    next: ['deployctl history', 'deployctl history <deployment> --html why.html'],
  });
}

/** What the folder is linked to cannot be deployed with the strategy that was asked for. */
export function strategyNotLinked(message: string, possible: string): DeployError {
  return new DeployError('usage', {
    message,
    state: 'Nothing was written.',
    next: [`deployctl init --strategy ${possible}`],
  });
}
