import { DeployError, type Store } from '../contract/index.ts';

/** A record that cannot be trusted, by its number: what is read is whole, or refused. */
export function damaged(
  store: Pick<Store, 'url'>,
  target: string,
  seq: number,
  why: string,
): DeployError {
  return new DeployError('journal-damaged', {
    message: `Record ${seq} of the log of ${target} cannot be trusted: ${why}.`,
    why: `The log in ${store.url} was changed or damaged outside deployctl.`,
    state: 'Nothing was changed. What is live is untouched.',
    next: [`deployctl doctor --store ${store.url}`],
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
