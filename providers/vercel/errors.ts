import { join } from 'node:path';
import { DeployError, type Release, UNTOUCHED } from '../../src/contract/index.ts';
import type { VercelError } from './client/failure.ts';
import type { VercelConnection } from './connection.ts';

export type VercelOwner = Pick<VercelConnection, 'project' | 'team'>;

export function projectUnnamed(folder: string): DeployError {
  return new DeployError('config-invalid', {
    message: 'The config does not name a Vercel project.',
    why: `vercel.project is not set, and ${join(folder, '.vercel', 'project.json')} does not name one.`,
    state: UNTOUCHED,
    next: ['vercel link', 'or set vercel.project to the name or the id of the project'],
  });
}

const accountWords = ({ team }: VercelOwner) =>
  team === null ? 'the account of the token' : `the team ${team}`;

export function unknownProject(cause: VercelError, asked: VercelOwner): DeployError {
  const elsewhere = asked.team === null ? 'a team, which vercel.team has to name' : 'another team';
  return new DeployError('not-found', {
    message: `Vercel has no project ${asked.project} in ${accountWords(asked)}.`,
    why: `${cause.message}. It may have another name by now, or belong to ${elsewhere}.`,
    state: UNTOUCHED,
    next: [
      'vercel project ls',
      'vercel link',
      'or set vercel.project to the id of the project (prj_…), which stays when the project is renamed, and vercel.team',
    ],
    cause,
  });
}

export function deniedProject(cause: VercelError, asked: VercelOwner): DeployError {
  return new DeployError('could-not-run', {
    message: `The token has no access to the project ${asked.project} in ${accountWords(asked)}.`,
    why: cause.message,
    state: `${UNTOUCHED} A deployment that was under way stays where it was.`,
    next: [
      'vercel whoami',
      'or set VERCEL_TOKEN to a valid token whose scope includes this team',
      'deployctl status',
    ],
    cause,
  });
}

export function tokenMissing(why: string): DeployError {
  return new DeployError('could-not-run', {
    message: 'There is no token for Vercel.',
    why,
    state: UNTOUCHED,
    next: ['vercel login', 'or set VERCEL_TOKEN to a token of your account'],
  });
}

export function loginExpired(path: string): DeployError {
  return new DeployError('could-not-run', {
    message: 'The login of `vercel` has expired.',
    why: `It is kept in ${path}, and only \`vercel\` itself can renew it.`,
    state: UNTOUCHED,
    next: ['vercel whoami', 'or set VERCEL_TOKEN to a token of your account, which pipelines need'],
  });
}

export function gitNotConnected(): DeployError {
  return new DeployError('plan-refused', {
    message: 'The Vercel project is not connected to a git repository, so no commit can be built.',
    state: UNTOUCHED,
    next: [
      'connect the project to its repository at Vercel',
      'or remove vercel.git: then the files of the folder are uploaded',
    ],
  });
}

export function notPromotable(idOrUrl: string, why: string): DeployError {
  return new DeployError('plan-refused', {
    message: `The deployment ${idOrUrl} cannot be promoted.`,
    why,
    state: UNTOUCHED,
    next: [
      'vercel deploy --prod --skip-domain',
      'or remove vercel.deployment: then the files of the folder are uploaded',
    ],
  });
}

export function filesMissing(folder: string, prebuilt: boolean, error: Error): DeployError {
  const what = prebuilt ? `${folder}/.vercel/output` : folder;
  return new DeployError('plan-refused', {
    message: `There are no files to deploy in ${what}.`,
    why: error.message,
    state: UNTOUCHED,
    next: prebuilt ? ['vercel build --prod'] : ['set vercel.folder to the folder of the service'],
  });
}

export function contentChanged(planned: string, { version, artifact }: Release): DeployError {
  return new DeployError('plan-refused', {
    message: `The content of ${version} has changed since the plan was made.`,
    why: `The plan was made for ${planned}; the files now give ${artifact}.`,
    state: UNTOUCHED,
    next: ['deployctl plan'],
  });
}
