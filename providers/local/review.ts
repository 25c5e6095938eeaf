import type { Operation, Review } from '../../src/contract/index.ts';
import { type Desired, wantsNothing } from './home/desired.ts';
import { folderTitleOf } from './home/folder.ts';
import { specOf } from './home/spec.ts';
import { isTaken, listenerOn, whyRefused } from './machine/ports.ts';
import { whyNotThere } from './operations/address.ts';
import { localReleasesIn } from './operations/index.ts';

/** Before the first write: whether the proxy can serve these releases as their settings want. */
export async function review(
  operations: readonly Operation[],
  { desired, home }: { readonly desired: Desired | null; readonly home: string },
): Promise<Review> {
  const refusals = [
    ...unmovable(operations, desired),
    ...(desired && !wantsNothing(desired) ? [] : await taken(operations, home)),
    ...(await withoutHttps(operations)),
  ];
  return { refusals, notes: [] };
}

const releasesAdded = (operations: readonly Operation[]) =>
  operations.flatMap((operation) =>
    operation.kind === 'start' || operation.kind === 'replace' ? operation.release : [],
  );

/** Where nothing of the service runs, its proxy is going to listen: on ports that must be free. */
async function taken(operations: readonly Operation[], home: string): Promise<string[]> {
  const addresses = releasesAdded(operations).map((release) => specOf(release).edge);
  const wanted = new Map(
    addresses.flatMap(({ host, port, metricsPort }) =>
      [port, metricsPort].filter((each) => each > 0).map((each) => [each, host] as const),
    ),
  );
  const own = (['edge', 'keeper'] as const).map((program) => folderTitleOf(program, home));
  const refusals: string[] = [];
  for (const [port, host] of wanted) {
    if (!(await isTaken(host, port)) || own.includes(listenerOn(port)?.command ?? '')) continue;
    refusals.push(whyRefused({ code: 'EADDRINUSE', port }));
  }
  return refusals;
}

function unmovable(operations: readonly Operation[], desired: Desired | null): string[] {
  const added = releasesAdded(operations);
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
