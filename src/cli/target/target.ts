import type { ResolvedConfig } from '../../config/index.ts';
import {
  DeployError,
  type Identity,
  type JsonObject,
  type Plan,
  type Provider,
  type ProviderKind,
  type Store,
  type Surroundings,
  type Target,
} from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listTargets,
  readState,
} from '../../engine/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { nearest } from '../../lib/suggest.ts';
import { type Input, list, textOption } from '../shell/command.ts';
import type { Composition, Opened, Workspace } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { type Whereabouts, whereabouts } from './config-summary.ts';
import { differences, elsewhere } from './elsewhere.ts';
import {
  expectKnownVia,
  otherWays,
  partedConnection,
  rememberVia,
  viaGiven,
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
  throw new DeployError('usage', {
    message: `Two versions are named: ${word} and --release ${given}.`,
    state: 'Nothing was touched.',
    next: [`deployctl ${name} --release ${given}`],
  });
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
  const { connection } = whole;
  const provider = await kind.open(connection, { ...composition.means, via });
  const target = targetOf(service, environment, provider.identity);
  await rememberVia(composition, target.id, via);
  const providerName = kind.name;
  return { workspace, kind, surroundings, connection, provider, providerName, target, folder };
}

interface RecordedPlan {
  readonly workspace: Workspace;
  readonly plan: Plan;
}

/** The place a recorded plan was made for, without the config: refused when it is not the same place any more. */
export async function openRecorded(
  input: Input,
  composition: Composition,
  { workspace, plan }: RecordedPlan,
): Promise<TargetPlace> {
  const { name } = plan.provider;
  const kind = await workspace.provider(name);
  const { connection } = partedConnection(kind, plan.provider.connection);
  const via = await viaOfRecord(input, composition, { kind, plan });
  const provider = await kind.open(connection, { ...composition.means, via });
  const { identity } = provider;
  const unlike = differences(plan.target.identity, identity);
  if (unlike.length > 0) throw elsewhere(plan.target, unlike, otherWays(input, kind));
  await rememberVia(composition, plan.target.id, via);
  return {
    workspace: await workspace.recall(plan),
    target: plan.target,
    provider,
    providerName: name,
    connection,
    folder: plan.folder,
  };
}

/** What --store names, else what the config says, else the best that its provider has, else the user's own folder. */
export async function openStore(
  input: Input,
  composition: Composition,
  here: Opened<Whereabouts> | null,
): Promise<Store> {
  const { workspace } = here ?? { workspace: composition.bare };
  return workspace.store(await storeNamed(input, here), viaGiven(input));
}

async function storeNamed(input: Input, here: Opened<Whereabouts> | null): Promise<string | null> {
  const named = textOption(input.options, 'store') ?? here?.config.store;
  return named ?? (here && (await storeOf(input, here)));
}

async function storeOf(
  { io }: Input,
  { config, workspace }: Opened<Whereabouts>,
): Promise<string | null> {
  const { service, environment, folder } = config;
  const { name, settings } = config.provider;
  const kind = await workspace.provider(name);
  if (!kind.store) return null;
  return kind.store(kind.connection(settings, { service, environment, folder, env: io.env }));
}

/** The store and the target that a command is about, before either is asked anything. */
export interface Scope {
  readonly composition: Composition;
  readonly store: Store;
  /** What the config here says; null without one, or when --service or an id says it instead. */
  readonly here: Opened<Whereabouts> | null;
  readonly workspace: Workspace;
}

/** A deployment that is named by its id needs no config, so a broken one does not stand in its way. */
export async function openScope(input: Input, composition: Composition): Promise<Scope> {
  const { io, options, args } = input;
  const isNamed = textOption(options, 'service') !== undefined || args[0] !== undefined;
  if (isNamed && textOption(options, 'store') !== undefined)
    return {
      composition,
      store: await openStore(input, composition, null),
      here: null,
      workspace: composition.bare,
    };
  const here = await whereabouts(input, composition).catch((error: unknown) => {
    if (!isNamed || textOption(options, 'config') !== undefined) throw error;
    io.stderr.write('warning: the config here cannot be read, so its store is not known.\n');
    return null;
  });
  const store = await openStore(input, composition, here);
  const { workspace } = here ?? { workspace: composition.bare };
  const isMeant = textOption(options, 'service') === undefined;
  return { composition, store, here: isMeant ? here : null, workspace };
}

/** The deployment that is meant: by id, or the newest of the service that is meant. */
export async function meantDeployment(
  input: Input,
  composition: Composition,
  scope: Scope,
): Promise<DeploymentState> {
  const [reference] = input.args;
  if (reference !== undefined) return deploymentNamed(input, scope);
  const target = await meantTarget(input, composition, scope);
  const state = await readState(reading(input.io, composition, scope.store), target.id);
  if (state) return state;
  throw new DeployError('not-found', {
    message: `Nothing was ever deployed to ${target.identity.label}.`,
    why: `The journal is ${scope.store.url}.`,
    next: ['deployctl deploy'],
  });
}

/** Whatever it is looked up for, its provider is what takes `--via`. */
export async function deploymentNamed(
  input: Input,
  { store, workspace }: Pick<Scope, 'store' | 'workspace'>,
): Promise<DeploymentState> {
  const found = await findDeployment(store, input.args[0] ?? '');
  const providers = [found.plan.provider.name];
  await expectKnownVia(input, workspace, { providers, store: store.url });
  return found;
}

/** By --service, or the config here, or the only one there is. */
export async function meantTarget(
  input: Input,
  composition: Composition,
  { store, here, workspace }: Scope,
): Promise<Target> {
  if (here) {
    const { provider, target } = await openPlace(input, composition, here);
    await provider.close();
    return target;
  }
  const targets = await listTargets(store);
  const fitting = targets.filter((target) => fits(input, target));
  const [only] = fitting;
  if (only && fitting.length === 1) {
    const providers = [only.identity.provider];
    await expectKnownVia(input, workspace, { providers, store: store.url });
    return only;
  }
  throw fitting.length > 1 ? ambiguous(input, fitting) : unknown(input, targets, store);
}

function fits({ options }: Input, { service, environment }: Target): boolean {
  const [wanted, overlay] = [textOption(options, 'service'), textOption(options, 'env')];
  return (!wanted || service === wanted) && (!overlay || environment === overlay);
}

function ambiguous({ name }: Input, targets: readonly Target[]): DeployError {
  return new DeployError('usage', {
    message: `Which service? ${targets.map(titleOf).join(', ')}.`,
    state: 'Nothing was touched.',
    next: targets.slice(0, 5).map(({ service, environment }) => {
      return `deployctl ${name} --service ${service}${environment ? ` --env ${environment}` : ''}`;
    }),
  });
}

function unknown(input: Input, targets: readonly Target[], store: Store): DeployError {
  const service = textOption(input.options, 'service');
  const environment = textOption(input.options, 'env');
  const names = [...new Set(targets.map((target) => target.service))];
  const meant = service ? nearest(service, names) : null;
  const what = `${service ? ` of ${service}` : ''}${environment ? ` in ${environment}` : ''}`;
  return new DeployError('not-found', {
    message: `No deployment${what} is recorded in ${store.url}.`,
    why: meant
      ? `Did you mean ${meant}?`
      : targets.length
        ? `Recorded: ${targets.map(titleOf).join(', ')}.`
        : undefined,
    next: ['deployctl deploy', `deployctl ${input.name} --store <url>`],
  });
}

export function titleOf({ service, environment }: Pick<Target, 'service' | 'environment'>): string {
  return environment ? `${service} (${environment})` : service;
}
