import { DeployError } from '../../src/contract/index.ts';
import { VercelError } from './client/failure.ts';
import type { VercelConnection } from './connection.ts';

/** What it means when the project cannot be read; null for a fault that is none of the project's. */
export function projectFault(
  error: unknown,
  { project, team }: Pick<VercelConnection, 'project' | 'team'>,
): DeployError | null {
  if (!(error instanceof VercelError) || error.status !== 404) return null;
  const where = team === null ? 'the account of the token' : `the team ${team}`;
  return new DeployError('not-found', {
    message: `Vercel has no project ${project} in ${where}.`,
    why: `${error.message}. It may have another name by now, or belong to ${team === null ? 'a team, which only vercel.team names' : 'another team'}.`,
    state: 'Nothing was touched.',
    next: [
      'vercel project ls',
      'vercel link',
      'or set vercel.project to the id of the project (prj_…), which stays when it is renamed, and vercel.team',
    ],
    cause: error,
  });
}
