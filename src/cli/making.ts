import type { JsonObject } from '../contract/index.ts';
import {
  DeployError,
  type Observation,
  type Plan,
  type Release,
  type Step,
} from '../contract/index.ts';
import { freezePlan, listDeployments, type World, withLive } from '../engine/index.ts';
import type { Composition } from './composition.ts';
import type { ConfiguredPlace, Place } from './target.ts';

const TEN_MINUTES = 600_000;

/** The live release, complete: from the platform, or from the journal that knows what was deployed. */
export async function liveRelease(
  world: World,
  target: string,
  observation: Observation,
): Promise<Release | null> {
  const { live, releases } = observation;
  if (live === null) return null;
  const seen = releases.find(({ id }) => id === live)?.release;
  if (seen) return seen;
  for await (const { first } of listDeployments(world.store, target)) {
    if (first.body.kind === 'opened' && first.body.plan.release.id === live)
      return first.body.plan.release;
  }
  throw new DeployError('plan-refused', {
    message: `${live} is live, but neither the platform nor the journal knows what it is made of.`,
    why: 'A rollback could not bring it back, so nothing is deployed over it.',
    next: [
      'deployctl status',
      'deployctl deploy --store <url of the journal it was deployed with>',
    ],
  });
}

/** What is live now, as plans are made of it. */
export async function observed({ provider }: Pick<World, 'provider'>): Promise<Observation> {
  return withLive(await provider.observe());
}

/** What the config wants, planned against what is live now. Null when that is live already. */
export async function makePlan(
  world: World,
  composition: Composition,
  place: ConfiguredPlace,
): Promise<Plan | null> {
  const { config } = place;
  return planRelease(world, composition, place, {
    version: config.release,
    settings: config.provider.settings,
  });
}

/** The release that a config wants first when nothing is live yet. */
export async function makeBootstrapPlan(
  world: World,
  composition: Composition,
  place: ConfiguredPlace,
): Promise<Plan | null> {
  const { bootstrap } = place.config;
  if (!bootstrap || (await observed(world)).live !== null) return null;
  return planRelease(world, composition, place, {
    version: bootstrap.release,
    settings: bootstrap.provider,
  });
}

async function planRelease(
  world: World,
  composition: Composition,
  place: ConfiguredPlace,
  wanted: { version: string; settings: JsonObject },
): Promise<Plan | null> {
  const { config, kind, surroundings, target } = place;
  const { readSecret } = composition.means;
  const { provider } = world;
  const release = await kind.release({
    ...wanted,
    surroundings,
    provider,
    readSecret,
    artifact: null,
  });
  const strategy = await composition.strategy(config.strategy);
  const observation = await observed(world);
  const live = await liveRelease(world, target.id, observation);
  const settings = config.strategies[config.strategy] as Parameters<
    typeof strategy.plan
  >[0]['settings'];
  const input = { observation, release, live, settings };
  const steps = strategy.plan(input);
  if (steps.length === 0) return null;
  const notes = [...observation.notes, ...(strategy.notes?.(input) ?? [])];
  return freeze(place, {
    observation,
    live,
    release,
    steps,
    notes,
    strategy: config.strategy,
    undoes: null,
  });
}

interface Making {
  readonly observation: Observation;
  readonly live: Release | null;
  readonly release: Release;
  readonly steps: readonly Step[];
  readonly strategy: string;
  readonly undoes: string | null;
  readonly notes: readonly string[];
}

function freeze(place: ConfiguredPlace, made: Making): Plan {
  const { config } = place;
  return freezePlan({
    folder: place.folder,
    ...made,
    target: place.target,
    provider: { name: place.providerName, connection: place.connection },
    gates: config.gates,
    deadline: config.deadline,
    rollbackDeadline: config.rollbackDeadline,
    onInterrupt: config.onInterrupt,
    ...(config.history.keep === null ? {} : { keep: config.history.keep }),
  });
}

/** A plan that brings a recorded release back, from the journal and the platform alone. */
export async function makeReturnPlan(
  world: World,
  composition: Composition,
  place: Place,
  wanted: { release: Release; undoes: string | null },
): Promise<Plan | null> {
  const observation = await observed(world);
  const live = await liveRelease(world, place.target.id, observation);
  const steps = await composition.planReturn({ observation, release: wanted.release, live });
  if (steps.length === 0) return null;
  return freezePlan({
    folder: place.folder,
    ...wanted,
    observation,
    live,
    steps,
    strategy: 'rollback',
    target: place.target,
    provider: { name: place.providerName, connection: place.connection },
    gates: {},
    deadline: null,
    rollbackDeadline: TEN_MINUTES,
    onInterrupt: 'pause',
    notes: observation.notes,
  });
}
