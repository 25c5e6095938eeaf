import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import {
  ProviderError,
  type ReadSecret,
  type Release,
  type SecretReference,
} from '../../../src/contract/index.ts';
import { canonicalJson } from '../../../src/lib/canonical.ts';
import { secretUnused } from '../errors.ts';
import { MANAGED_BY, MARK } from '../marks.ts';
import type { Template } from '../objects.ts';
import type { KubeGround } from '../sight.ts';
import { withNames } from './references.ts';

/** By the name that a manifest has for the Secret, and the names of its values. */
export type SecretSettings = Readonly<Record<string, Readonly<Record<string, SecretReference>>>>;

/** Of a release, by the name of the copy: where its values are read. The values themselves stand nowhere. */
export type SecretCopies = Readonly<Record<string, Readonly<Record<string, SecretReference>>>>;

export interface WithSecrets {
  readonly template: Template;
  readonly secrets: SecretCopies;
}

interface SecretPlace {
  readonly readSecret: ReadSecret;
  readonly folder: string;
  /** What differs between places, so that equal values have other names elsewhere. */
  readonly salt: string;
}

/**
 * A Secret is versioned like a ConfigMap: other values have another name, which the pods are given.
 * Pods of a release that was deployed before name the copy of theirs: that is replaced, too.
 */
export async function withSecretCopies(
  template: Template,
  settings: SecretSettings,
  place: SecretPlace,
): Promise<WithSecrets> {
  const copies = new Map<string, string>();
  for (const [name, references] of Object.entries(settings))
    copies.set(name, `${name}-${await markOf(await valuesOf(references, place), place.salt)}`);
  const used = new Set<string>();
  const changed = withNames(template, (name, kind) => {
    const meant = kind === 'secret' ? originalOf(name, [...copies.keys()]) : undefined;
    if (meant === undefined) return name;
    used.add(meant);
    return copies.get(meant) as string;
  });
  const unused = [...copies.keys()].find((name) => !used.has(name));
  if (unused !== undefined) throw secretUnused(unused);
  const secrets = [...copies].map(([name, copy]) => [copy, settings[name]]);
  return { template: changed, secrets: Object.fromEntries(secrets) };
}

const MARK_LENGTH = 10;

const originalOf = (name: string, names: readonly string[]) =>
  names.find(
    (one) => name === one || new RegExp(`^[0-9a-f]{${MARK_LENGTH}}$`).test(afterDash(name, one)),
  );

const afterDash = (name: string, start: string) =>
  name.startsWith(`${start}-`) ? name.slice(start.length + 1) : '';

const slowly = promisify<string, string, number, Buffer>(scrypt);

/** Names are seen by many: a digest that is slow to make, and short, tells nobody the values. */
const markOf = async (values: object, salt: string) =>
  (await slowly(canonicalJson(values), salt, MARK_LENGTH / 2)).toString('hex');

async function valuesOf(
  references: Readonly<Record<string, SecretReference>>,
  { readSecret, folder }: Omit<SecretPlace, 'salt'>,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(references).map(
    async ([key, reference]) => [key, (await readSecret(reference, folder)).reveal()] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** There before the pods that look for them. One that is there is right: nobody can change it. */
export async function bringSecrets(
  release: Release,
  { cluster, connection, readSecret }: KubeGround,
  signal?: AbortSignal,
): Promise<void> {
  const { namespace, workload, folder = '/' } = connection;
  const labels = { ...MANAGED_BY, [MARK.workload]: workload, [MARK.release]: release.id };
  const place = { kind: 'secrets', namespace } as const;
  for (const [name, references] of Object.entries((release.spec.secrets ?? {}) as SecretCopies)) {
    if (await cluster.get({ ...place, name }, { signal })) continue;
    const stringData = await valuesOf(references, { readSecret, folder }).catch((error: Error) => {
      throw new ProviderError('permanent', `the Secret ${name} cannot be made: ${error.message}`);
    });
    const body = { metadata: { name, labels }, immutable: true, stringData };
    await cluster.create(place, body, { signal }).catch((error) => {
      if (error.reason !== 'AlreadyExists') throw error;
    });
  }
}
