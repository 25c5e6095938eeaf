import type { Operation, Review } from '../../src/contract/index.ts';
import { specOf } from './home/spec.ts';
import { localReleasesIn } from './operations/index.ts';

/** Before the first write: whether HTTPS can be served with the files that the releases name. */
export async function review(operations: readonly Operation[]): Promise<Review> {
  const pairs = new Map(
    operations
      .flatMap(localReleasesIn)
      .flatMap((release) => specOf(release).edge.tls ?? [])
      .map((files) => [`${files.cert} ${files.key}`, files]),
  );
  if (pairs.size === 0) return { refusals: [], notes: [] };
  const { readCredentials } = await import('./edge/certificate.ts');
  const refusals = [...pairs.values()].flatMap((files) => {
    try {
      readCredentials(files);
      return [];
    } catch (error) {
      return [`no HTTPS can be served: ${(error as Error).message}`];
    }
  });
  return { refusals, notes: [] };
}
