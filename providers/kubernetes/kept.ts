import { type JsonObject, ProviderError } from '../../src/contract/index.ts';
import type { Connection } from './connection.ts';
import type { KubernetesSettings } from './settings.ts';

/** Plain JSON, taken for what it was before it was kept. Each kind of it is read here and nowhere else. */

/** What our schema has read of a config. */
export const kubeSettingsIn = (settings: JsonObject): KubernetesSettings =>
  settings as JsonObject & KubernetesSettings;

/** What this provider has made of such settings, as a plan keeps it. */
export const kubeConnectionIn = (recorded: JsonObject): Connection =>
  recorded as JsonObject & Connection;

/** An object of the cluster that we have written on. */
export interface Annotated {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * What we have written on it as JSON; null where there is nothing. One that other hands damaged is
 * told, with what to do about it.
 */
export function noteOn<T extends object>(
  { kind, metadata }: Annotated,
  mark: string,
  remedy: string,
): T | null {
  const { name, annotations = {} } = metadata;
  const text = annotations[mark];
  if (text === undefined) return null;
  try {
    const note: unknown = JSON.parse(text);
    if (typeof note === 'object' && note !== null) return note as T;
  } catch {
    // Said below.
  }
  throw new ProviderError(
    'permanent',
    `the annotation ${mark} of the ${kind} ${name} is not the JSON that was written there, so somebody has changed it: ${remedy}`,
  );
}
