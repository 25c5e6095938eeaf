import type { ProjectAnswer, Rolling } from './client/answers.ts';
import { isProduction } from './connection.ts';
import type { Place } from './place.ts';

/** The change of production that was asked for last. */
type AliasRequest = NonNullable<ProjectAnswer['lastAliasRequest']>;

/** What production is, by the project's own record; outside it, what the first alias leads to. */
export interface Standing {
  readonly production: string | null;
  readonly request: AliasRequest | null;
  readonly rolling: Rolling | null;
}

export async function standingOf(
  { calls, connection }: Pick<Place, 'calls' | 'connection'>,
  signal?: AbortSignal,
): Promise<Standing> {
  if (!isProduction(connection)) {
    const live = await calls.aliased(connection.aliases[0] ?? '', signal);
    return { production: live, request: null, rolling: null };
  }
  const [project, rolling] = await Promise.all([calls.project(signal), calls.rolling(signal)]);
  return {
    production: project.targets?.production?.id ?? null,
    request: project.lastAliasRequest ?? null,
    rolling,
  };
}

const UNDER_WAY: readonly string[] = ['pending', 'in-progress'];
export const isMoving = (jobStatus: string) => UNDER_WAY.includes(jobStatus);

/** Where Vercel leads production to at this moment; null while nothing moves. */
export const movingTo = ({ request }: Standing): string | null =>
  request && isMoving(request.jobStatus) ? request.toDeploymentId : null;

/** Where each domain of production leads to, by two reads of their own, and whether it answers. */
export interface DomainSight {
  readonly name: string;
  /** By the record of the alias; by what answers to its name. */
  readonly aliased: string | null;
  readonly resolved: string | null;
  /** What is wrong with its answer; null when it serves. */
  readonly fault: string | null;
}

/** The names by which users get what is live. */
export const namesIn = async (
  { calls, connection }: Pick<Place, 'calls' | 'connection'>,
  signal?: AbortSignal,
) => (isProduction(connection) ? calls.domains(signal) : connection.aliases);

export async function domainsOf(
  place: Place,
  signal?: AbortSignal,
): Promise<readonly DomainSight[]> {
  const { calls } = place;
  const names = await namesIn(place, signal);
  return Promise.all(
    names.map(async (name) => {
      const [aliased, resolved, fault] = await Promise.all([
        calls.aliased(name, signal),
        calls.deployment(name, signal),
        vercelFaultOf(place, name, signal),
      ]);
      return { name, aliased, resolved: resolved?.id ?? null, fault };
    }),
  );
}

const VERCEL_SIGHT_LIMIT_MS = 5000;

/** An error of Vercel's own says that nothing is behind a domain; any answer of the service is one. */
async function vercelFaultOf(
  place: Place,
  name: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const within = AbortSignal.timeout(VERCEL_SIGHT_LIMIT_MS);
  try {
    const response = await fetch(siteOf(place, name), {
      method: 'HEAD',
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, within]) : within,
    });
    return response.headers.get('x-vercel-error');
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    // A name that does not resolve here says nothing of Vercel.
    return cause?.code === 'ENOTFOUND' ? null : `no answer (${cause?.code ?? message})`;
  }
}

/** A server of the API without encryption is one for tests, and so are its sites. */
export function siteOf({ connection }: Pick<Place, 'connection'>, host: string): string {
  return `${new URL(connection.api).protocol}//${host}`;
}
