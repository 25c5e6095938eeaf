import type { ResolvedConfig } from '../config/index.ts';
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
} from '../contract/index.ts';
import { type DeploymentState, findDeployment, listTargets, readNewest, type World } from '../engine/index.ts';
import { hashOf } from '../lib/canonical.ts';
import { type Input, text } from './command.ts';
import type { Composition } from './composition.ts';

/** A place to deploy to, opened: what every command begins with. */
export interface Place {
  readonly target: Target;
  readonly provider: Provider;
  readonly providerName: string;
  readonly connection: JsonObject;
}

export interface ConfiguredPlace extends Place {
  readonly config: ResolvedConfig;
  readonly kind: ProviderKind;
  readonly surroundings: Surroundings;
}

export function targetOf(service: string, environment: string | null, identity: Identity): Target {
  const name = environment ? `${service}-${environment}` : service;
  const id = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40)}-${hashOf(identity.pins).slice(0, 8)}`;
  return { id, service, environment, identity };
}

export async function configOf({ io, options }: Input, composition: Composition): Promise<ResolvedConfig> {
  const request = {
    file: text(options, 'config'),
    environment: text(options, 'env'),
    release: text(options, 'release'),
    strategy: text(options, 'strategy'),
    set: options.set as readonly string[] | undefined,
  };
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  const config = await composition.loadConfig(Object.fromEntries(given));
  for (const warning of config.warnings) io.stderr.write(`warning: ${warning}\n`);
  return config;
}

export async function openConfigured(input: Input, composition: Composition): Promise<ConfiguredPlace> {
  const config = await configOf(input, composition);
  const { service, environment, folder } = config;
  const kind = await composition.provider(config.provider.name);
  const surroundings: Surroundings = { service, environment, folder, env: input.io.env };
  const connection = kind.connection(config.provider.settings, surroundings);
  const provider = await kind.open(connection, input.io.env);
  const target = targetOf(service, environment, await provider.identify());
  return { config, kind, surroundings, connection, provider, providerName: kind.name, target };
}

/** The place a recorded plan was made for, without the config: refused when it is not the same place any more. */
export async function openRecorded({ io }: Input, composition: Composition, plan: Plan): Promise<Place> {
  const { name, connection } = plan.provider;
  const provider = await (await composition.provider(name)).open(connection, io.env);
  const identity = await provider.identify();
  if (hashOf(identity.pins) !== hashOf(plan.target.identity.pins)) throw elsewhere(plan.target, identity);
  return { target: plan.target, provider, providerName: name, connection };
}

function elsewhere(target: Target, found: Identity): DeployError {
  return new DeployError('identity-mismatch', {
    message: `This is not the place the deployment was made for: ${target.identity.label} there, ${found.label} here.`,
    why: `Recorded ${JSON.stringify(target.identity.pins)}, found ${JSON.stringify(found.pins)}.`,
    state: 'Nothing was touched.',
    next: ['deployctl status'],
  });
}

export async function openStore(input: Input, composition: Composition, config?: ResolvedConfig): Promise<Store> {
  return composition.store(text(input.options, 'store') ?? config?.store ?? null);
}

/** The deployment that is meant: by id, or the newest of the service that is meant. */
export async function meantDeployment(input: Input, composition: Composition, store: Store): Promise<DeploymentState> {
  const [reference] = input.args;
  if (reference) return findDeployment(store, reference);
  const target = await meantTarget(input, composition, store);
  const { state } = await readNewest({ store } as World, target.id);
  if (state) return state;
  throw new DeployError('not-found', { message: `Nothing was ever deployed to ${target.identity.label}.`, next: ['deployctl deploy'] });
}

/** By --service, or the config here, or the only one there is. */
export async function meantTarget(input: Input, composition: Composition, store: Store): Promise<Target> {
  const service = text(input.options, 'service');
  if (!service) {
    const place = await openConfigured(input, composition).catch(withoutConfig);
    if (place) return place.target;
  }
  const targets = (await listTargets(store)).filter((target) => fits(target, service, text(input.options, 'env')));
  if (targets.length === 1) return targets[0] as Target;
  throw ambiguous(targets, service, store);
}

function withoutConfig(error: unknown): null {
  if (error instanceof DeployError && error.code === 'config-missing') return null;
  throw error;
}

function fits(target: Target, service: string | undefined, environment: string | undefined): boolean {
  return (!service || target.service === service) && (!environment || target.environment === environment);
}

function ambiguous(targets: readonly Target[], service: string | undefined, store: Store): DeployError {
  const names = targets.map((target) => `${target.service}${target.environment ? ` (${target.environment})` : ''}`);
  return new DeployError('not-found', {
    message: names.length ? `Which service? ${names.join(', ')}.` : `No deployment${service ? ` of ${service}` : ''} is recorded in ${store.url}.`,
    next: names.length ? ['deployctl status --service <name> [--env <name>]'] : ['deployctl deploy', 'deployctl status --store <url>'],
  });
}
