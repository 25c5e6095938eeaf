import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Json, JsonObject, Release, Surroundings } from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import type { LocalSettings, LocalSpec } from './settings.ts';

/** Long enough to tell versions apart, short enough for a file name. */
const LONGEST_VERSION = 60;

export async function describe(
  version: string,
  settings: JsonObject,
  { folder }: Surroundings,
): Promise<Release> {
  const written = settings as unknown as LocalSettings;
  const spec: LocalSpec = { ...written, cwd: resolve(folder, written.cwd) };
  const plain = spec as unknown as JsonObject;
  return {
    id: `${label(version)}-${hashOf({ version, spec: plain }).slice(0, 8)}`,
    version,
    artifact: `sha256:${hashOf({ spec: plain, files: await digests(spec) })}`,
    spec: plain,
  };
}

function label(version: string): string {
  const safe = version
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, LONGEST_VERSION) || 'release';
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
