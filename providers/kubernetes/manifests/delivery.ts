import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import { ProviderError, type Release } from '../../../src/contract/index.ts';
import { MANAGED_BY, MARK } from '../marks.ts';
import type { Move } from '../operations/move.ts';
import { type KubeGround, type Sight, standsIn } from '../sight.ts';
import type { Contents } from './contents.ts';
import { referredIn } from './references.ts';
import { bringSecrets } from './secrets.ts';
import type { Content } from './select.ts';

type ConfigMap = KubeObject & Content;

/** The contents that a release brings are there before its pods look for them. */
export async function bringContents(
  release: Release,
  ground: KubeGround,
  signal?: AbortSignal,
): Promise<void> {
  const { cluster, connection } = ground;
  await bringSecrets(release, ground, signal);
  const { namespace, workload } = connection;
  const contents = (release.spec.contents ?? {}) as Contents;
  const labels = { ...MANAGED_BY, [MARK.workload]: workload, [MARK.release]: release.id };
  for (const [name, content] of Object.entries(contents)) {
    const body = { metadata: { name, labels }, immutable: true, ...content };
    const place = { kind: 'configmaps', namespace } as const;
    await cluster.create(place, body, { signal }).catch(async (error) => {
      if (error.reason !== 'AlreadyExists') throw error;
      const found = await cluster.get<ConfigMap>({ ...place, name }, { signal });
      const isOther = found && !isDeepStrictEqual(found.data, content.data);
      if (isOther) throw new ProviderError('permanent', `the ConfigMap ${name} has other content`);
    });
  }
}

/** Those that no release names any more which the workload could go back to by itself. */
export async function removeContents(
  sight: Sight,
  { cluster, connection }: KubeGround,
  signal?: AbortSignal,
): Promise<Move | null> {
  const { namespace, workload } = connection;
  const labels = `${MARK.workload}=${workload},${MARK.release}`;
  const named = new Set(
    standsIn(sight).flatMap(({ history }) => history.flatMap((one) => [...referredIn(one)])),
  );
  const found = await Promise.all(
    COPIED.map(async (kind) => {
      const there = await cluster.names({ kind, namespace }, labels, { signal }).catch((error) => {
        if (error?.failure === 'denied') return [];
        throw error;
      });
      return there.map(({ metadata }) => ({ kind, ...metadata }));
    }),
  );
  const unused = found.flat().filter(({ name }) => !named.has(name));
  if (unused.length === 0) return null;
  return {
    is: 'act',
    words: `remove ${unused.length} ConfigMaps and Secrets of former releases`,
    act: (abort) =>
      Promise.all(
        unused.map(({ kind, name, uid }) =>
          cluster.remove({ kind, namespace, name }, { uid, signal: abort }),
        ),
      ),
  };
}

/** What a release brings along, each content under a name of its own. */
const COPIED = ['configmaps', 'secrets'] as const;
