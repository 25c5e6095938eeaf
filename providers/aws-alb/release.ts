import type { JsonObject, Release, ReleaseRequest } from '../../src/contract/index.ts';
import { ProviderError } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { asJson } from './compute/spec.ts';
import { readPlain } from './plain.ts';
import type { AlbProvider } from './provider.ts';
import type { AlbSettings } from './settings.ts';

export async function describeAlb({
  version,
  settings,
  provider,
  artifact,
}: ReleaseRequest): Promise<Release> {
  const spec = asJson(await (provider as AlbProvider).describe(readPlain<AlbSettings>(settings)));
  const release = {
    id: releaseId(version, spec),
    version,
    artifact: albArtifactOf(version, spec),
    spec,
  };
  if (artifact !== null && artifact !== release.artifact)
    throw new ProviderError(
      'permanent',
      spec.image
        ? `this is ${release.artifact}, not ${artifact}`
        : `targets say nothing of what runs on them, so that it cannot be proven to be ${artifact}`,
    );
  return release;
}

/** Of targets nobody knows what runs on them. */
export function albArtifactOf(version: string, spec: JsonObject): string {
  return typeof spec.image === 'string' ? spec.image : `version:${version}`;
}
