import type { Release } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import type { Contents } from './manifests/contents.ts';
import type { SecretCopies } from './manifests/secrets.ts';
import { MARK } from './marks.ts';
import type { Template } from './objects.ts';
import { type Distinction, isSame, kubePlain } from './template.ts';

/** Anything that carries a template and what we wrote about it: a Deployment, or one of its ReplicaSets. */
export interface Carrier {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly template: Template };
}

/** The release that a carrier runs: as recorded on it, or as described from it when other hands changed it since. */
export function kubeReleaseOf(carrier: Carrier, distinction: Distinction | null): Release {
  const template = kubePlain(carrier.spec.template, distinction);
  const recorded = recordedOn(carrier);
  if (recorded && isSame(template, recorded.spec.template ?? null)) return recorded;
  return kubeAdopted(template);
}

/** Null also where other hands have damaged it: then the release is described from its template. */
export function recordedOn({ metadata }: Pick<Carrier, 'metadata'>): Release | null {
  const text = metadata.annotations?.[MARK.record];
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as Release;
  } catch {
    return null;
  }
}

/** What somebody else started. The same template has the same id whenever it is looked at. */
export function kubeAdopted(template: Template): Release {
  const version = kubeVersionOf(template);
  return { ...described(version, template), adopted: true };
}

/** What goes with the pods of a release. */
interface Companions {
  readonly contents?: Contents;
  readonly secrets?: SecretCopies;
}

export function described(
  version: string,
  template: Template,
  companions: Companions = {},
): Release {
  const some = Object.entries(companions).filter(([, all]) => Object.keys(all).length > 0);
  const spec = { template, ...Object.fromEntries(some) };
  return { id: releaseId(version, spec), version, artifact: artifactOf(template), spec };
}

/** The images, which are all that was built. */
const artifactOf = ({ spec }: Template) => spec.containers.map(({ image }) => image).join(' ');

const LONGEST_DIGEST = 12;

/** What people call it: the tag of its first image, or the beginning of its digest. */
function kubeVersionOf({ spec }: Template): string {
  const image = spec.containers[0]?.image ?? '';
  const [name = '', digest] = image.split('@sha256:');
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  return tag ?? digest?.slice(0, LONGEST_DIGEST) ?? 'latest';
}
