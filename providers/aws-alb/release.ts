import type { JsonObject, Release, ReleaseRequest } from '../../src/contract/index.ts';
import { ProviderError } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import type { AlbSettings } from './settings.ts';

/** How a release runs here: on these targets. */
export interface TargetsSpec {
  readonly compute: 'targets';
  /** `10.0.1.7:8080`, sorted. */
  readonly targets: readonly string[];
}

export const targetsSpec = (targets: readonly string[]): TargetsSpec => ({
  compute: 'targets',
  targets: [...new Set(targets)].sort(),
});

export const albSpecOf = ({ compute, targets }: TargetsSpec): JsonObject => ({ compute, targets });

export function targetsIn({ spec }: Release): readonly string[] {
  return (spec as unknown as TargetsSpec).targets;
}

export async function describeAlb({
  version,
  settings,
  artifact,
}: ReleaseRequest): Promise<Release> {
  const { targets } = settings as unknown as AlbSettings;
  const spec = albSpecOf(targetsSpec(targets));
  const release = { id: releaseId(version, spec), version, artifact: `version:${version}`, spec };
  if (artifact !== null && artifact !== release.artifact)
    throw new ProviderError(
      'permanent',
      `targets say nothing of what runs on them, so that it cannot be proven to be ${artifact}`,
    );
  return release;
}
