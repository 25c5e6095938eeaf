import type { Source } from '../settings.ts';
import { type Versioned, versioned } from './contents.ts';
import { type Rendering, rendered, unread } from './render.ts';
import { selected, type Wanted } from './select.ts';

/** Bytes of all contents: they are kept on the objects of the release, too, where not much more fits. */
const MOST = 180_000;

/** What a release of these manifests runs, and the ConfigMaps that go with it. */
export async function broughtBy(source: Source, where: Rendering & Wanted): Promise<Versioned> {
  const brought = versioned(selected(await rendered(source, where), where));
  const size = Buffer.byteLength(JSON.stringify(brought.contents));
  if (size > MOST)
    throw unread(
      `the ConfigMaps that its pods name have ${size} bytes together, more than ${MOST}`,
    );
  return brought;
}
