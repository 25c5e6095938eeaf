import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Json, JsonObject, Release, ReleaseRequest } from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import type { LocalEdgeSettings } from './edge-settings.ts';
import type { LocalSettings, LocalSpec } from './settings.ts';

export async function describeLocal({
  version,
  settings,
  surroundings,
}: Pick<ReleaseRequest, 'version' | 'settings' | 'surroundings'>): Promise<Release> {
  const written = settings as unknown as LocalSettings;
  const from = (path: string) => resolve(surroundings.folder, path);
  const spec: LocalSpec = {
    ...written,
    cwd: from(written.cwd),
    edge: edgeFrom(written.edge, from),
  };
  const plain = spec as unknown as JsonObject;
  return {
    id: releaseId(version, plain),
    version,
    artifact: `sha256:${hashOf({ command: spec.command, files: await digests(spec) })}`,
    spec: plain,
  };
}

/** Files by their whole path: whoever reads them works in another folder. */
function edgeFrom(edge: LocalEdgeSettings, from: (path: string) => string): LocalEdgeSettings {
  const { tls, accessLog } = edge;
  const isBare = !accessLog?.file.includes('/');
  return {
    ...edge,
    ...(tls && { tls: { cert: from(tls.cert), key: from(tls.key) } }),
    ...(accessLog && {
      accessLog: isBare ? accessLog : { ...accessLog, file: from(accessLog.file) },
    }),
  };
}

/** What the command line names and its folder holds: `server.js` of `node server.js`. */
async function digests({ command, cwd }: LocalSpec): Promise<Json> {
  const found: Record<string, string> = {};
  for (const word of command) {
    const file = resolve(cwd, word);
    if (file.startsWith(`${cwd}/`) && statSync(file, { throwIfNoEntry: false })?.isFile())
      found[word] = await digest(file);
  }
  return found;
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
