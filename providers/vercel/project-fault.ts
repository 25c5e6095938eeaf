import { type DeployError, ProviderError } from '../../src/contract/index.ts';
import { VercelError } from './client/failure.ts';
import { deniedProject, unknownProject, type VercelOwner } from './errors.ts';

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
