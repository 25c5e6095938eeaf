import type { Json } from '../../src/contract/index.ts';
import type { ExchangeAnswer } from '../kit/exchange.ts';
import { jsonOf } from '../kit/json-path.ts';
import type { Bucket } from '../kit/quantile.ts';

export interface EdgeCounts {
  readonly total: number;
  readonly bad: number;
  readonly buckets: readonly Bucket[];
}

export interface AnsweredCounts {
  readonly releases: ReadonlyMap<string, EdgeCounts>;
  /** Ms since the router began to count; null where it does not say. */
  readonly uptime: number | null;
}

type Fields = { readonly [name: string]: Json };

/** The router's counts by release id; null for an answer that is not made of them. */
export function parseCounts(answer: ExchangeAnswer): AnsweredCounts | null {
  const document = answer.status === 200 ? fieldsOf(jsonOf(answer)) : null;
  const releases = fieldsOf(document?.releases);
  if (!document || !releases) return null;
  const counts = Object.entries(releases).map(([id, entry]) => [id, edgeCountsOf(entry)] as const);
  if (counts.some(([, entry]) => entry === null)) return null;
  const uptime = typeof document.uptime === 'number' ? document.uptime : null;
  return { releases: new Map(counts as [string, EdgeCounts][]), uptime };
}

function edgeCountsOf(entry: Json): EdgeCounts | null {
  const fields = fieldsOf(entry);
  const { total, bad = 0 } = fields ?? {};
  const buckets = fieldsOf(fields?.latency)?.buckets ?? [];
  if (typeof total !== 'number' || typeof bad !== 'number') return null;
  if (!Array.isArray(buckets) || !buckets.every(isBucket)) return null;
  return { total, bad, buckets: buckets as readonly Bucket[] };
}

function isBucket(bucket: Json): boolean {
  if (!Array.isArray(bucket)) return false;
  const [upper, count] = bucket as readonly Json[];
  return (upper === null || typeof upper === 'number') && typeof count === 'number' && count >= 0;
}

function fieldsOf(value: Json | undefined): Fields | null {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : null;
}
