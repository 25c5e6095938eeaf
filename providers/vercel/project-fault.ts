import { DeployError, ProviderError, UNTOUCHED } from '../../src/contract/index.ts';
import { VercelError } from './client/failure.ts';
import type { VercelConnection } from './connection.ts';

type VercelOwner = Pick<VercelConnection, 'project' | 'team'>;

/** What it means that the project cannot be read; null for a fault that says nothing of it. */
export function projectFault(error: unknown, asked: VercelOwner): DeployError | null {
  if (!(error instanceof VercelError)) return null;
  if (error.status === 404) return unknownProject(error, asked);
  return error.failure === 'denied' ? deniedProject(error, asked) : null;
}

/** What is asked of a project as a whole. */
const OF_PROJECT = /^GET \/v\d+\/projects\/[^/]+(\/domains|\/rolling-release(\/config)?)?$/;

/**
 * In the middle of a deployment: whoever is shown the project can go on, and nobody else, forward or
 * back. Any other failure is what it was.
 */
export function unseenProject(error: unknown, { name }: { readonly name: string }): unknown {
  const isUnseen =
    error instanceof VercelError && error.status === 404 && OF_PROJECT.test(error.asked);
  if (!isUnseen) return error;
  const words = `Vercel does not show the project ${name} any more: it was moved to another team or removed, or this token has lost its rights (${error.message})`;
  return new ProviderError('denied', words, { cause: error });
}

const accountWords = ({ team }: VercelOwner) =>
  team === null ? 'the account of the token' : `the team ${team}`;

function unknownProject(cause: VercelError, asked: VercelOwner): DeployError {
  const elsewhere = asked.team === null ? 'a team, which vercel.team has to name' : 'another team';
  return new DeployError('not-found', {
    message: `Vercel has no project ${asked.project} in ${accountWords(asked)}.`,
    why: `${cause.message}. It may have another name by now, or belong to ${elsewhere}.`,
    state: UNTOUCHED,
    next: [
      'vercel project ls',
      'vercel link',
      'or set vercel.project to the id of the project (prj_…), which stays when it is renamed, and vercel.team',
    ],
    cause,
  });
}

function deniedProject(cause: VercelError, asked: VercelOwner): DeployError {
  return new DeployError('could-not-run', {
    message: `The token does not open the project ${asked.project} in ${accountWords(asked)}.`,
    why: cause.message,
    state: `${UNTOUCHED} A deployment that was under way stands where it was.`,
    next: [
      'vercel whoami',
      'or set VERCEL_TOKEN to a token that is valid, and that its scope lets at this team',
      'deployctl status',
    ],
    cause,
  });
}
