import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError, type Store, type Target } from '../../contract/index.ts';
import type { LogName } from './log.ts';

const STILL_LIVE = 'Nothing was changed. What is live is untouched.';

/** A record that cannot be trusted, by its number: what is read is whole, or refused. */
export function damaged({ store, target }: LogName, seq: number, why: string): DeployError {
  return new DeployError('journal-damaged', {
    message: `Record ${seq} of the log of ${target} cannot be trusted: ${why}.`,
    why: `The log in ${store.url} was changed or damaged outside deployctl.`,
    state: STILL_LIVE,
    next: [`deployctl doctor --store ${store.url}`],
  });
}

/** An entry beside the log that cannot be read: written once, so it was damaged later. */
export function unreadable(store: Store, key: string): DeployError {
  return new DeployError('journal-damaged', {
    message: `${key} in ${store.url} cannot be read.`,
    why: 'It was changed or damaged outside deployctl.',
    state: STILL_LIVE,
    next: [`deployctl doctor --store ${store.url}`],
  });
}

const UPDATE_COMMANDS = ['npm install --global deployctl@latest', 'deployctl --version'];

/** A record that is whole, and that only a newer version may go on from. */
export function newerRecord(log: LogName, { seq, why }: { seq: number; why: string }): DeployError {
  return new DeployError('journal-newer', {
    message: `Record ${seq} of the log of ${log.target} was written by a newer deployctl: ${why}.`,
    why: `The journal in ${log.store.url} is not damaged: this deployctl is too old for it.`,
    state: STILL_LIVE,
    next: UPDATE_COMMANDS,
  });
}

/** An entry beside the log of which the same is true. */
export function newerEntry(store: Pick<Store, 'url'>, key: string): DeployError {
  return new DeployError('journal-newer', {
    message: `${key} in ${store.url} was written by a newer deployctl.`,
    why: 'It is not damaged: this deployctl is too old for it.',
    state: STILL_LIVE,
    next: UPDATE_COMMANDS,
  });
}

export function newerPlan(why: string): DeployError {
  return new DeployError('journal-newer', {
    message: `This plan was made by a newer deployctl: ${why}.`,
    state: UNTOUCHED,
    next: UPDATE_COMMANDS,
  });
}

const PRUNED = ['deployctl history', 'deployctl rollback --to <version>'];

export function prunedRecord(target: string, seq: number): DeployError {
  return new DeployError('not-found', {
    message: `Record ${seq} of the log of ${target} was pruned: its deployment is older than the journal keeps.`,
    state: UNTOUCHED,
    next: PRUNED,
  });
}

export function prunedDeployment(id: string): DeployError {
  return new DeployError('not-found', {
    message: `Deployment ${id} was pruned: it is older than the journal keeps.`,
    why: 'Its records are gone, and with them what served before it.',
    state: UNTOUCHED,
    next: PRUNED,
  });
}

export function severalDeployments(reference: string, ids: readonly string[]): DeployError {
  return new DeployError('not-found', {
    message: `${ids.length} deployments begin with ${reference}: ${ids.slice(0, 5).join(', ')}.`,
    next: ids.slice(0, 2).map((id) => `deployctl history ${id}`),
  });
}

interface Missing {
  readonly reference: string;
  /** An id that is nearly it; null where there is none. */
  readonly meant: string | null;
  /** How many older deployments were pruned. */
  readonly pruned: number;
}

export function noSuchDeployment(store: Store, { reference, meant, pruned }: Missing): DeployError {
  const gone = pruned > 0 ? ` Older ones were pruned, ${pruned} in all.` : '';
  return new DeployError('not-found', {
    message: `There is no deployment ${JSON.stringify(reference)} in ${store.url}.${gone}`,
    why: meant ? `Did you mean ${meant}?` : undefined,
    next: ['deployctl history'],
  });
}

/** One place under two names would have two logs, and so two locks. */
export function placeTaken(store: Store, target: Target, other: Target): DeployError {
  const { service, environment } = other;
  const flags = `--service ${service}${environment ? ` --env ${environment}` : ''}`;
  const named = environment ? `${service} (${environment})` : service;
  return new DeployError('policy', {
    message: `${target.identity.label} is already deployed to as ${named} (${other.id}).`,
    why: `As ${target.id} it would have a second log, and the two would not lock each other out. Name the service ${named} in the config, or remove targets/${other.id} from ${store.url} if it is no longer deployed under that name.`,
    state: UNTOUCHED,
    next: [`deployctl status ${flags}`, `deployctl history ${flags}`],
  });
}
