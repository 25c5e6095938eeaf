import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Release, Surroundings } from '../../src/contract/index.ts';
import { specOf } from './change.ts';
import type { Secrets } from './messages.ts';
import type { LocalSpec } from './settings.ts';

/** The values that the releases refer to and this process has; they travel in memory only. */
export function secretsFor(releases: readonly Release[], env: Surroundings['env']): Secrets {
  const found: Record<string, string> = {};
  for (const name of releases.flatMap((release) => referenced(specOf(release)))) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

export function missingSecrets(spec: LocalSpec, secrets: Secrets): string[] {
  return referenced(spec).filter((name) => secrets[name] === undefined);
}

/** The environment of a replica with every reference replaced: for `spawn` and nothing else. */
export function resolveEnv(spec: LocalSpec, secrets: Secrets): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.env)) {
    if (typeof value === 'string') env[name] = value;
    else if ('fromEnv' in value) env[name] = secretOf(secrets, value.fromEnv);
    else env[name] = readFileSync(resolve(spec.cwd, value.fromFile), 'utf8').replace(/\r?\n$/, '');
  }
  return env;
}

/** After a reboot nobody may know it yet: better no replica than one that runs without it. */
function secretOf(secrets: Secrets, name: string): string {
  const value = secrets[name];
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}

function referenced(spec: LocalSpec): string[] {
  return Object.values(spec.env).flatMap((value) =>
    typeof value === 'object' && 'fromEnv' in value ? [value.fromEnv] : [],
  );
}
