import { manifestsUnreadable } from '../errors.ts';
import type { Source } from '../settings.ts';
import { type Versioned, versioned } from './contents.ts';
import { type Rendering, rendered } from './render.ts';
import { type KubeWanted, selected } from './select.ts';

/** Bytes of all contents: they are kept on the objects of the release, too, where not much more fits. */
const MANIFESTS_MAX_BYTES = 180_000;

/** What a release of these manifests runs, and the ConfigMaps that go with it. */
export async function broughtBy(source: Source, where: Rendering & KubeWanted): Promise<Versioned> {
  const brought = versioned(selected(await rendered(source, where), where));
  const size = Buffer.byteLength(JSON.stringify(brought.contents));
  if (size > MANIFESTS_MAX_BYTES)
    throw manifestsUnreadable(
      `the ConfigMaps that its pods name have ${size} bytes together, more than ${MANIFESTS_MAX_BYTES}`,
    );
  return brought;
}
