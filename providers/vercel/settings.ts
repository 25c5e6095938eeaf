import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  DeployError,
  type JsonObject,
  type SecretReference,
  type Surroundings,
} from '../../src/contract/index.ts';
import { type Connection, OFFICIAL } from './connection.ts';

/** The `vercel` section of a config, as the config layer hands it over. Durations in ms. */
export interface VercelSettings {
  /** Id or name; null for the project that the folder is linked to. */
  readonly project: string | null;
  readonly team: string | null;
  /** What a release is made of: this folder, unless one of the other three is given. */
  readonly folder: string;
  readonly prebuilt: boolean;
  readonly git: { readonly ref: string; readonly sha: string } | null;
  readonly deployment: string | null;
  readonly token: SecretReference | null;
  readonly bypass: SecretReference | null;
  readonly propagation: number;
  readonly readLag: number;
  readonly poll: number;
  readonly api: string;
}

export const settingsOf = (settings: JsonObject) => settings as unknown as VercelSettings;

const DEFAULT_BYPASS = 'VERCEL_AUTOMATION_BYPASS_SECRET';

export function connectionFrom(settings: JsonObject, { folder, env }: Surroundings): Connection {
  const { project, team, token, bypass, ...written } = settingsOf(settings);
  const linked = linkIn(resolve(folder, written.folder ?? '.'));
  const found = project ?? linked?.projectId;
  if (!found) throw unlinked(folder);
  return {
    api: (written.api ?? OFFICIAL).replace(/\/+$/, ''),
    project: found,
    team: team ?? (project ? null : (linked?.orgId ?? null)),
    token: token ?? null,
    bypass: bypass ?? (env[DEFAULT_BYPASS] ? { fromEnv: DEFAULT_BYPASS } : null),
    folder,
    propagation: written.propagation ?? 5000,
    readLag: written.readLag ?? 20_000,
    poll: written.poll ?? 1000,
  };
}

interface Link {
  readonly projectId?: string;
  readonly orgId?: string;
}

/** What `vercel link` has left in the folder. An account of one person is no team. */
function linkIn(folder: string): Link | null {
  const path = join(folder, '.vercel', 'project.json');
  if (!existsSync(path)) return null;
  try {
    const { projectId, orgId } = JSON.parse(readFileSync(path, 'utf8')) as Link;
    return {
      ...(projectId ? { projectId } : {}),
      ...(orgId?.startsWith('team_') ? { orgId } : {}),
    };
  } catch {
    return null;
  }
}

function unlinked(folder: string): DeployError {
  return new DeployError('config-invalid', {
    message: 'The config does not say which project of Vercel it is about.',
    why: `vercel.project is not set, and ${join(folder, '.vercel', 'project.json')} does not name one.`,
    state: 'Nothing was touched.',
    next: ['vercel link', 'or set vercel.project to the name or the id of the project'],
  });
}
