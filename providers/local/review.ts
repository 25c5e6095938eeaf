import type { Operation, Review } from '../../src/contract/index.ts';
import type { Desired } from './home/desired.ts';
import { specOf } from './home/spec.ts';
import { whyNotThere } from './operations/address.ts';
import { localReleasesIn } from './operations/index.ts';

/** Before the first write: whether the proxy can serve these releases as their settings want. */
export async function review(
  operations: readonly Operation[],
  desired: Desired | null,
): Promise<Review> {
  const refusals = [...unmovable(operations, desired), ...(await withoutHttps(operations))];
  return { refusals, notes: [] };
}

function unmovable(operations: readonly Operation[], desired: Desired | null): string[] {
  const added = operations.flatMap((operation) =>
    operation.kind === 'start' || operation.kind === 'replace' ? operation.release : [],
  );
  const refusals = added.flatMap(
    (release) => (desired && whyNotThere(desired, specOf(release).edge)) ?? [],
  );
  return [...new Set(refusals)];
}

async function withoutHttps(operations: readonly Operation[]): Promise<string[]> {
  const pairs = new Map(
    operations
      .flatMap(localReleasesIn)
      .flatMap((release) => specOf(release).edge.tls ?? [])
      .map((files) => [`${files.cert} ${files.key}`, files]),
  );
  if (pairs.size === 0) return [];
  const { readCredentials } = await import('./edge/certificate.ts');
  return [...pairs.values()].flatMap((files) => {
    try {
      readCredentials(files);
      return [];
    } catch (error) {
      return [`no HTTPS can be served: ${(error as Error).message}`];
    }
  });
}
