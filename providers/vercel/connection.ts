import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JsonObject, SecretReference, Surroundings } from '../../src/contract/index.ts';
import { projectUnnamed } from './errors.ts';
import type { VercelSettings } from './settings.ts';

/** Where a project lives; enough to reach it without its config. Plain values, references at most. */
export interface VercelConnection {
  /** Base of the API. */
  readonly api: string;
  /** Id or name, and slug or id; null for the account of the token. */
  readonly project: string;
  readonly team: string | null;
  /** `production`, `preview`, or the slug of a custom environment. */
  readonly target: string;
  /** Outside production: the names that lead to what is live. */
  readonly aliases: readonly string[];
  readonly token: SecretReference | null;
  /** The secret that lets automation past the protection of deployments. */
  readonly bypass: SecretReference | null;
  /** Folder that files of secrets are meant from. */
  readonly folder: string;
  /** Ms after a promotion for which users may still get what was before. */
  readonly propagation: number;
  /** Ms after which a list surely tells of what was created. */
  readonly readLag: number;
  /** Ms between two looks. */
  readonly poll: number;
}

export const PRODUCTION = 'production';

/** Plans of before other targets than production were possible name none. */
export const vercelConnectionOf = (connection: JsonObject) =>
  ({ target: PRODUCTION, aliases: [], ...connection }) as unknown as VercelConnection;

export const isProduction = ({ target }: Pick<VercelConnection, 'target'>) => target === PRODUCTION;

export const OFFICIAL = 'https://api.vercel.com';

export const settingsIn = (settings: JsonObject) => settings as unknown as VercelSettings;

const DEFAULT_BYPASS = 'VERCEL_AUTOMATION_BYPASS_SECRET';

export function connectionFrom(
  settings: JsonObject,
  { folder, env }: Surroundings,
): VercelConnection {
  const { project, team, token, bypass, ...written } = settingsIn(settings);
  const linked = linkIn(resolve(folder, written.folder));
  const found = project ?? linked?.projectId;
  if (!found) throw projectUnnamed(folder);
  return {
    api: written.api.replace(/\/+$/, ''),
    project: found,
    team: team ?? (project ? null : (linked?.orgId ?? null)),
    target: written.target,
    aliases: written.aliases,
    token,
    bypass: bypass ?? (env[DEFAULT_BYPASS] ? { fromEnv: DEFAULT_BYPASS } : null),
    folder,
    propagation: written.propagation,
    readLag: written.readLag,
    poll: written.poll,
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
