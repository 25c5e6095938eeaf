import type { OpenMeans, ProviderError, ProviderKind } from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ProjectAnswer } from './client/answers.ts';
import { Api } from './client/api.ts';
import { VercelCalls } from './client/calls.ts';
import { tokenFor } from './client/token.ts';
import {
  connectionFrom,
  isProduction,
  type VercelConnection,
  vercelConnectionOf,
} from './connection.ts';
import { Memory } from './memory.ts';
import { vercelReadings } from './observation.ts';
import { A_MOMENT_MS } from './place.ts';
import { projectFault } from './project-fault.ts';
import { VercelProvider } from './provider.ts';
import { describeVercel } from './release/describe.ts';

export const vercelProvider: ProviderKind = {
  name: 'vercel',
  short: 'project',
  settings: async () => (await import('./settings.ts')).settings,
  starter: async () => (await import('./starter.ts')).vercelStarter,
  connection: (settings, surroundings) => ({ ...connectionFrom(settings, surroundings) }),

  async open(written, means) {
    const connection = vercelConnectionOf(written);
    const api = await apiFor(connection, means);
    const found = projectOf(api, connection);
    readAhead(api, connection);
    const { id, name, accountId } = await found;
    await learnByIds(connection, means, await found);
    const calls = new VercelCalls(api, id, connection.target);
    const { target, aliases } = connection;
    const elsewhere = isProduction(connection) ? {} : { target, alias: aliases[0] ?? '' };
    const identity = {
      provider: 'vercel',
      label: `vercel ${connection.team ?? accountId}, project ${name}${isProduction(connection) ? '' : `, ${target}`}`,
      place: { team: accountId, project: id, ...elsewhere },
      pins: { team: accountId, project: id },
    };
    const memory = new Memory(systemClock, connection);
    return new VercelProvider(identity, { calls, connection, project: { id, name }, memory });
  },

  async release(request) {
    const { settings, surroundings, readSecret, provider } = request;
    const connection = connectionFrom(settings, surroundings);
    const api = await apiFor(connection, { env: surroundings.env, readSecret });
    const calls = new VercelCalls(api, connection.project, connection.target);
    const release = await describeVercel(calls, request);
    if (provider instanceof VercelProvider) provider.noteDescribed(release);
    return release;
  },
};

/**
 * Whoever opens a project looks at it next. Where its id is known, that is asked for together with it: on
 * a slow line a rollback waits for one answer less.
 */
function readAhead(api: Api, connection: VercelConnection): void {
  if (!isId(connection.project) || !isShared(connection)) return;
  const calls = new VercelCalls(api, connection.project, connection.target);
  // What fails is asked for again by whoever needs it.
  vercelReadings({ calls, connection }, AbortSignal.timeout(VERCEL_OPEN_LIMIT_MS)).catch(() => {});
}

const isId = (project: string) => project.startsWith('prj_');

/** Records have ids: what a config calls by names was read for both. */
async function learnByIds(
  connection: VercelConnection,
  means: OpenMeans,
  project: ProjectAnswer,
): Promise<void> {
  const { accountId: team } = project;
  if (connection.team === null || connection.team === team || !isShared(connection)) return;
  const api = await apiFor({ ...connection, team }, means);
  new VercelCalls(api, project.id, connection.target).learn(project);
}

/** Who looks more often than that wants to see more. */
const isShared = ({ poll }: VercelConnection) => poll >= A_MOMENT_MS;

async function projectOf(api: Api, connection: VercelConnection): Promise<ProjectAnswer> {
  const calls = new VercelCalls(api, connection.project, connection.target);
  const within = AbortSignal.timeout(VERCEL_OPEN_LIMIT_MS);
  for (let tried = 1; ; tried++)
    try {
      return await calls.project(within);
    } catch (error) {
      const wait = tried < OPEN_TRIES && !within.aborted ? waitAfter(error) : null;
      if (wait === null) throw projectFault(error, connection) ?? error;
      await systemClock.sleep(wait, within);
    }
}

/** Ms until what went wrong for a while may be tried again; null for what stays wrong. */
function waitAfter(error: unknown): number | null {
  const { failure, retryAfter } = error as Partial<ProviderError>;
  return failure === 'throttled' || failure === 'transient' ? (retryAfter ?? OPEN_PAUSE_MS) : null;
}

const apis = new Map<string, Api>();
const VERCEL_OPEN_LIMIT_MS = 15_000;
const OPEN_TRIES = 3;
const OPEN_PAUSE_MS = 300;
/** Longest that one reading is shared, up to the first change of traffic. */
const SHARED_READING_MS = 3000;

async function apiFor(
  connection: VercelConnection,
  means: Pick<OpenMeans, 'env' | 'readSecret'>,
): Promise<Api> {
  const token = await tokenFor(connection, means);
  const { api: base, team } = connection;
  const shared = isShared(connection) ? SHARED_READING_MS : 0;
  // One command opens a place more than once, and reads the same each time.
  const key = JSON.stringify([base, team, token.reveal(), shared]);
  const api =
    apis.get(key) ?? new Api({ base, token, team, shared, now: () => systemClock.monotonic() });
  apis.set(key, api);
  return api;
}
