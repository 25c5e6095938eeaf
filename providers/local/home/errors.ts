import { ProviderError, type ReleaseId } from '../../../src/contract/index.ts';
import type { UnsafePath } from '../../../src/lib/safe-files/flaw.ts';

export const notOwnError = (home: string, { message }: UnsafePath) =>
  new ProviderError(
    'permanent',
    `${message}, and could put there what would run here: ${home} is neither read nor written. Log in as the user who deploys (\`sudo -H\`), or name a folder of your own in XDG_STATE_HOME`,
  );

export const releaseNotHereError = (id: ReleaseId) =>
  new ProviderError('permanent', `release ${id} has not been started here: start it first`);

export const secretsMissingError = (words: string) => new ProviderError('permanent', words);

export const stillRoutedError = (id: ReleaseId) =>
  new ProviderError('permanent', `${id} still gets traffic: route traffic away first`);

export const portRefusedError = (words: string) => new ProviderError('permanent', words);

export const fencedError = (newer: number, own: number) =>
  new ProviderError(
    'fenced',
    `a newer deployment (epoch ${newer}) acts here now; this one has epoch ${own}`,
  );

export const goingDownError = () =>
  new ProviderError('transient', 'the service is being taken down at this moment');

export const keeperDownError = (lastWords: string) =>
  new ProviderError('transient', `the keeper did not start${lastWords && `: ${lastWords}`}`);

/** The keeper may have done it. */
export const lostAnswerError = (cause: Error) =>
  new ProviderError('unknown', `the keeper did not answer: ${cause.message}`, { cause });

export const keeperDeafError = (cause: Error) =>
  new ProviderError('transient', `the keeper cannot be reached: ${cause.message}`, { cause });
