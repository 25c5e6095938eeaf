import type { JsonObject, ProviderKind } from '../../contract/index.ts';
import { type Input, list } from '../shell/command.ts';
import type { Composition, Workspace } from '../shell/composition.ts';
import { whereabouts } from './config-summary.ts';
import { viaUnknown, viaUnreadable } from './errors.ts';

/** What `--via` says: this machine's names for what leads to a place. No record holds them. */
export function viaGiven({ options, name }: Pick<Input, 'options' | 'name'>): JsonObject {
  return Object.fromEntries(list(options, 'via').map((word) => viaPairOf(word, name)));
}

function viaPairOf(word: string, command: string): readonly [string, string] {
  const [, key, value] = /^([^=\s]+)=(.+)$/s.exec(word) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw viaUnreadable(word, command);
}

type ViaTaker = Pick<ProviderKind, 'via'>;

export interface PartedConnection {
  /** As it may be recorded. */
  readonly connection: JsonObject;
  readonly via: JsonObject;
}

/** A connection, and the members of it that only this machine calls so. */
export function partedConnection(
  { via: names = [] }: ViaTaker,
  whole: JsonObject,
): PartedConnection {
  const entries = Object.entries(whole);
  const own = entries.filter(([name, value]) => names.includes(name) && value !== null);
  return {
    connection: Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    via: Object.fromEntries(own),
  };
}

const viaAmong = ({ via: names = [] }: ViaTaker, all: JsonObject) =>
  partedConnection({ via: names }, all).via;

/** For a place that a config names: what it says itself, unless `--via` says otherwise. */
export function viaOfConfig(input: Input, kind: ViaTaker, { via }: PartedConnection): JsonObject {
  return { ...via, ...viaAmong(kind, viaGiven(input)) };
}

/**
 * For a recorded place: as `--via` says, or as it was last opened from this machine, or as the config
 * here says, or as records of former versions say. What nobody says is for the client to find.
 */
export async function viaOfRecord(
  input: Input,
  composition: Composition,
  { kind, target, connection }: RecordedWay,
): Promise<JsonObject> {
  if (!kind.via?.length) return {};
  const known =
    (await rememberedVia(composition, target)) ?? (await viaOfConfigHere(input, composition, kind));
  const { via: recorded } = partedConnection(kind, connection);
  return { ...recorded, ...viaAmong(kind, known ?? {}), ...viaAmong(kind, viaGiven(input)) };
}

interface RecordedWay {
  readonly kind: ProviderKind;
  /** Id of what is deployed to. */
  readonly target: string;
  readonly connection: JsonObject;
}

async function viaOfConfigHere(
  input: Input,
  composition: Composition,
  kind: ProviderKind,
): Promise<JsonObject | null> {
  const here = await whereabouts(input, composition).catch(() => null);
  if (here?.config.provider.name !== kind.name) return null;
  const { service, environment, folder, provider } = here.config;
  const surroundings = { service, environment, folder, env: input.io.env };
  return partedConnection(kind, kind.connection(provider.settings, surroundings)).via;
}

const viaKeyOf = (target: string) => `via-${target}`;

/** So that a way back from any folder of this machine need not be told again. */
export async function rememberVia(
  composition: Composition,
  target: string,
  via: JsonObject,
): Promise<void> {
  if (Object.keys(via).length === 0) return;
  const text = JSON.stringify(via);
  if ((await composition.cache.get(viaKeyOf(target))) === text) return;
  await composition.cache.put(viaKeyOf(target), text);
}

async function rememberedVia(composition: Composition, target: string): Promise<JsonObject | null> {
  try {
    const kept: unknown = JSON.parse((await composition.cache.get(viaKeyOf(target))) ?? 'null');
    return typeof kept === 'object' ? (kept as JsonObject | null) : null;
  } catch {
    return null;
  }
}

interface ViaAudience {
  /** Names of all providers that the command is about. */
  readonly providers: readonly string[];
  /** URL of the journal; null for the user's own folder. */
  readonly store: string | null;
}

/** A key that nobody takes would be believed to have led somewhere. */
export async function expectKnownVia(
  input: Input,
  workspace: Workspace,
  { providers, store }: ViaAudience,
): Promise<void> {
  const given = Object.keys(viaGiven(input));
  if (given.length === 0) return;
  const kinds = await Promise.all([...new Set(providers)].map((name) => workspace.provider(name)));
  const taken = [...kinds.flatMap(({ via = [] }) => via), ...(await workspace.storeVia(store))];
  const known = [...new Set(taken)];
  const strange = given.find((key) => !known.includes(key));
  if (strange === undefined) return;
  throw viaUnknown(input, { key: strange, known, providers: kinds.map(({ name }) => name) });
}

/** For who came to another place than the recorded one. */
export function otherWays(
  { name, args }: Pick<Input, 'name' | 'args'>,
  { via = [] }: ViaTaker,
): readonly string[] {
  return via.map((key) => {
    const words = ['deployctl', name, ...args.slice(0, 1)].join(' ');
    return `${words} --via ${key}=NAME`;
  });
}
