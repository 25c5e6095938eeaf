import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  ReadSecret,
  Release,
  SecretReference,
  Surroundings,
} from '../../../src/contract/index.ts';
import type { LocalSpec } from '../settings.ts';
import { secretsMissingError } from './errors.ts';
import type { Secrets } from './messages.ts';
import { specOf } from './spec.ts';

/** What the values of secrets are had by. */
export interface Means {
  readonly env: Surroundings['env'];
  readonly readSecret?: ReadSecret | undefined;
}

/** The values that the releases refer to and this process has; they travel in memory only. */
export async function secretsFor(releases: readonly Release[], means: Means): Promise<Secrets> {
  const printed = await printedFor(releases, means).catch((error: Error) => {
    throw secretsMissingError(error.message);
  });
  return { ...variablesFor(releases, means.env), ...printed };
}

/** The same for what is not asked for: no command is run where others surely know the values. */
export async function spareFor(
  releases: readonly Release[],
  means: Means,
  isForgotten: () => Promise<boolean>,
): Promise<Secrets> {
  const isAsked = secretsCommandsIn(releases).length > 0 && (await isForgotten());
  const printed = isAsked ? await printedFor(releases, means).catch(() => ({})) : {};
  return { ...variablesFor(releases, means.env), ...printed };
}

function variablesFor(releases: readonly Release[], env: Means['env']): Secrets {
  const found: Record<string, string> = {};
  for (const reference of releases.flatMap((release) => handedOver(specOf(release)))) {
    if (!('fromEnv' in reference) || !Object.hasOwn(env, reference.fromEnv)) continue;
    const value = env[reference.fromEnv];
    if (value !== undefined) found[secretsKeyOf(reference)] = value;
  }
  return found;
}

async function printedFor(
  releases: readonly Release[],
  { readSecret }: Means,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { reference, cwd } of secretsCommandsIn(releases)) {
    const secret = await readSecret?.(reference, cwd);
    if (secret) found[secretsKeyOf(reference)] = secret.reveal();
  }
  return found;
}

function secretsCommandsIn(releases: readonly Release[]) {
  return releases.map(specOf).flatMap((spec) =>
    handedOver(spec)
      .filter((reference) => !('fromEnv' in reference))
      .map((reference) => ({ reference, cwd: spec.cwd })),
  );
}

/** What is not known, in words. */
export function missingSecrets(spec: LocalSpec, secrets: Secrets): string[] {
  return handedOver(spec)
    .filter((reference) => secrets[secretsKeyOf(reference)] === undefined)
    .map(lackOf);
}

/** The environment of a replica with every reference replaced: for `spawn` and nothing else. */
export function resolveEnv(spec: LocalSpec, secrets: Secrets): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.env)) {
    if (typeof value === 'string') env[name] = value;
    else if ('fromFile' in value)
      env[name] = fileText(resolve(spec.cwd, value.fromFile)).replace(/\r?\n$/, '');
    else env[name] = secretIn(secrets, value);
  }
  return env;
}

/** All replicas would wait for who writes into a pipe, and at the next start nobody might. */
function fileText(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(file).isFile()) return readFileSync(file, 'utf8');
    throw new Error(`${path} is not a regular file, so it cannot be read again at each start`);
  } finally {
    closeSync(file);
  }
}

/** After a reboot nobody may know it yet: better no replica than one that runs without it. */
function secretIn(secrets: Secrets, reference: HandedOver): string {
  const value = secrets[secretsKeyOf(reference)];
  if (value === undefined) throw new Error(lackOf(reference));
  return value;
}

/** Files are read where the replica is started; the others only the caller can read. */
type HandedOver = Exclude<SecretReference, { readonly fromFile: string }>;

function handedOver(spec: LocalSpec): HandedOver[] {
  return Object.values(spec.env).filter(
    (value): value is HandedOver => typeof value === 'object' && !('fromFile' in value),
  );
}

/** No variable begins with a bracket or a brace. */
function secretsKeyOf(reference: HandedOver): string {
  if ('fromEnv' in reference) return reference.fromEnv;
  return JSON.stringify('fromCommand' in reference ? reference.fromCommand : reference);
}

function lackOf(reference: HandedOver): string {
  if ('fromAwsSecret' in reference) return `what ${reference.fromAwsSecret.id} holds is not known`;
  if ('fromAwsParameter' in reference)
    return `what ${reference.fromAwsParameter.name} holds is not known`;
  return 'fromEnv' in reference
    ? `environment variable ${reference.fromEnv} is not set`
    : `what \`${reference.fromCommand.join(' ')}\` prints is not known`;
}
