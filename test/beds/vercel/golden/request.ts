import type { Json } from '../../../../src/contract/index.ts';
import type { Seen } from '../api/server.ts';
import type { Bed } from '../bed.ts';

/** One request that changes something, without what is different in each run. */
export interface GoldenRequest {
  readonly method: string;
  /** Ids in it are told by their role. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** What is asked of a client. Each act is begun in the same state of the project. */
export const ACTS = [
  'deploy',
  'promote',
  'roll back',
  'start a rolling release',
  'approve a stage',
  'complete a rolling release',
  'abort a rolling release',
] as const;
export type Act = (typeof ACTS)[number];

export type Golden = Readonly<Record<Act, readonly GoldenRequest[]>>;

/** The files of which both clients make a deployment. */
export const PREBUILT: Readonly<Record<string, string>> = {
  '.vercel/output/config.json': '{"version":3}',
  '.vercel/output/static/index.html': 'built',
};

/** The changes among the calls, in the words of roles instead of ids; repeated ones once. */
export function changesIn(
  calls: readonly Seen[],
  roles: Readonly<Record<string, string>>,
): readonly GoldenRequest[] {
  const changes = calls.filter(({ method }) => method !== 'GET').map((seen) => told(seen, roles));
  const texts = new Set(changes.map((change) => JSON.stringify(change)));
  return [...texts].map((text) => JSON.parse(text) as GoldenRequest);
}

function told(
  { method, path, query, headers, body }: Seen,
  roles: Readonly<Record<string, string>>,
): GoldenRequest {
  const { teamId: _, slug: __, ...rest } = query;
  const request = { method, path, query: rest, headers, body: body ?? null };
  const text = Object.entries(roles).reduce(
    (left, [id, role]) => left.replaceAll(id, role),
    JSON.stringify(request),
  );
  return JSON.parse(text) as GoldenRequest;
}

/** Where two requests differ: `body.env`, `query.description`, `path`. */
export function differences(one: Json, other: Json, at = ''): readonly string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isRecord(one) || !isRecord(other)) return [at];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return keys.flatMap((key) =>
    differences(one[key] ?? null, other[key] ?? null, at === '' ? key : `${at}.${key}`),
  );
}

/** Lists by their numbers, too. */
const isRecord = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null;

/** Nothing of a rolling release is left, and the project has its settings for the next one. */
export function readyToRoll({ platform }: Bed): void {
  const stages = [{ targetPercentage: 10 }, { targetPercentage: 50 }, { targetPercentage: 100 }];
  platform.project.rolling = null;
  platform.project.rollingConfig = { advancementType: 'manual-approval', stages };
}
