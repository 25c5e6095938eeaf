import type { ResolvedConfig } from '../../config/index.ts';
import type {
  Identity,
  JsonObject,
  Plan,
  Provider,
  ProviderKind,
  Surroundings,
  Target,
} from '../../contract/index.ts';
import type { WhereRecorded } from '../../engine/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { type Input, list, textOption } from '../shell/command.ts';
import type { Composition, Opened, Workspace } from '../shell/composition.ts';
import type { Whereabouts } from './config-summary.ts';
import { elsewhere, twoVersions } from './errors.ts';
import { differences } from './identity-differences.ts';
import { storeNamed } from './open-store.ts';
import {
  expectKnownVia,
  otherWays,
  partedConnection,
  rememberVia,
  viaOfConfig,
  viaOfRecord,
} from './via.ts';

/** A place to deploy to, opened: what every command begins with. */
export interface TargetPlace {
  readonly workspace: Workspace;
  /** Where commands of the user's run. */
  readonly folder: string;
  readonly target: Target;
  readonly provider: Provider;
  readonly providerName: string;
  /** As it is recorded. */
  readonly connection: JsonObject;
}

export interface ConfiguredPlace extends TargetPlace {
  readonly config: ResolvedConfig;
  readonly kind: ProviderKind;
  readonly surroundings: Surroundings;
}

/** The place decides which log it is, whatever else a version of the provider knows of it. */
export function targetOf(service: string, environment: string | null, identity: Identity): Target {
  const name = environment ? `${service}-${environment}` : service;
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const id = `${label}-${hashOf(identity.place).slice(0, 8)}`;
  return { id, service, environment, identity };
}

export async function configOf(
  { io, options, name, args }: Input,
  composition: Composition,
): Promise<Opened<ResolvedConfig>> {
  const set = list(options, 'set');
  const request = {
    file: textOption(options, 'config'),
    environment: textOption(options, 'env'),
    release: releaseNamed({ name, options, args }),
    strategy: textOption(options, 'strategy'),
    set: set.length > 0 ? set : undefined,
  };
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  const opened = await composition.loadConfig(Object.fromEntries(given));
  for (const warning of opened.config.warnings) io.stderr.write(`warning: ${warning}\n`);
  return opened;
}

/** `deploy v7` is `deploy --release v7`. */
function releaseNamed({ name, options, args }: Pick<Input, 'name' | 'options' | 'args'>) {
  const given = textOption(options, 'release');
  const [word] = args;
  if (word === undefined || given === undefined || word === given) return given ?? word;
  throw twoVersions(name, word, given);
}

export async function openConfigured(
  input: Input,
  composition: Composition,
): Promise<ConfiguredPlace> {
  const opened = await configOf(input, composition);
  return { config: opened.config, ...(await openPlace(input, composition, opened)) };
}

/** The place that a config names. */
export async function openPlace(
  input: Input,
  composition: Composition,
  here: Opened<Whereabouts>,
): Promise<Omit<ConfiguredPlace, 'config'>> {
  const { config, workspace } = here;
  const { service, environment, folder, provider: chosen } = config;
  const kind = await workspace.provider(chosen.name);
  const store = await storeNamed(input, here);
  await expectKnownVia(input, workspace, { providers: [chosen.name], store });
  const surroundings: Surroundings = { service, environment, folder, env: input.io.env };
  const whole = partedConnection(kind, kind.connection(chosen.settings, surroundings));
  const via = viaOfConfig(input, kind, whole);
  const provider = await kind.open(whole.connection, { ...composition.means, via });
  const { connection = whole.connection } = provider;
  const target = targetOf(service, environment, provider.identity);
  await rememberVia(composition, target.id, via);
  const providerName = kind.name;
  return { workspace, kind, surroundings, connection, provider, providerName, target, folder };
}

interface RecordedPlan {
  readonly workspace: Workspace;
  readonly plan: Plan;
  /** What was opened before the plan was read; closed where it turns out to be another place. */
  readonly early?: OpenedEarly | null;
}

/** A place that a pointer of the journal names, opened while the rest of it is read. */
export interface OpenedEarly {
  readonly recorded: Plan['provider'];
  readonly opened: Promise<PlaceOpened>;
}

interface PlaceOpened {
  readonly kind: ProviderKind;
  readonly recorded: JsonObject;
  readonly provider: Provider;
  readonly via: JsonObject;
}

/** Null where the pointer does not name it. Whether it can be opened matters to whoever has read the plan. */
export function openEarly(
  input: Input,
  composition: Composition,
  { workspace, found }: { readonly workspace: Workspace; readonly found: WhereRecorded },
): OpenedEarly | null {
  const { target, provider: recorded } = found;
  if (!recorded) return null;
  const opened = openConnection(input, composition, { workspace, target, recorded });
  opened.catch(() => {});
  return { recorded, opened };
}

/** Nobody waits for it: an error that is known is told at once. */
export function closeEarly(early: OpenedEarly | null): void {
  early?.opened.then(({ provider }) => provider.close()).catch(() => {});
}

interface RecordedConnection {
  readonly workspace: Workspace;
  /** Id of what is deployed to. */
  readonly target: string;
  readonly recorded: Plan['provider'];
}

async function openConnection(
  input: Input,
  composition: Composition,
  { workspace, target, recorded: { name, connection } }: RecordedConnection,
): Promise<PlaceOpened> {
  const kind = await workspace.provider(name);
  const { connection: recorded } = partedConnection(kind, connection);
  const via = await viaOfRecord(input, composition, { kind, target, connection });
  const provider = await kind.open(recorded, { ...composition.means, via });
  return { kind, recorded, provider, via };
}

/** The place a recorded plan was made for, without the config: refused when it is not the same place any more. */
export async function openRecorded(
  input: Input,
  composition: Composition,
  { workspace, plan, early = null }: RecordedPlan,
): Promise<TargetPlace> {
  const { provider: recordedProvider, target } = plan;
  const isSame = early !== null && hashOf(early.recorded) === hashOf(recordedProvider);
  if (!isSame) closeEarly(early);
  const { kind, recorded, provider, via } = await (isSame
    ? early.opened
    : openConnection(input, composition, {
        workspace,
        target: target.id,
        recorded: recordedProvider,
      }));
  // Records of former versions may hold names: what is recorded from now on does not.
  const { identity, connection = recorded } = provider;
  const unlike = differences(target.identity, identity);
  if (unlike.length > 0) throw elsewhere(target, unlike, otherWays(input, kind));
  await rememberVia(composition, target.id, via);
  return {
    workspace: await workspace.recall(plan),
    target,
    provider,
    providerName: recordedProvider.name,
    connection,
    folder: plan.folder,
  };
}
