import {
  type CommonSettings,
  isDeployError,
  type JournalRecord,
  type JsonObject,
  type Observation,
  type Plan,
  type Release,
  type ReleaseId,
  type Step,
} from '../../contract/index.ts';
import {
  beforeOf,
  expectPossible,
  freezePlan,
  listDeployments,
  review,
  type World,
  withLive,
} from '../../engine/index.ts';
import type { Composition } from '../shell/composition.ts';
import { isDown } from '../target/is-down.ts';
import type { ConfiguredPlace, TargetPlace } from '../target/place.ts';
import { liveUnknown, releaseLost, sayingUp } from './errors.ts';
import { firstGates } from './first-gates.ts';
import { forecasts } from './forecasts.ts';
import { standingTrouble } from './standing-trouble.ts';
import { usualGates } from './usual-gates.ts';

const RETURN_LIMIT_MS = 600_000;

/** The live release, complete: from the platform, or from the journal that knows what was deployed. */
export async function liveRelease(
  world: World,
  target: string,
  observation: Observation,
): Promise<Release | null> {
  const { live } = observation;
  const known = await knownRelease(world, target, observation);
  if (live === null || known) return known;
  throw liveUnknown(live);
}

/** Null where neither the platform nor the journal knows what it is made of. */
async function knownRelease(
  world: World,
  target: string,
  { live, releases }: Observation,
): Promise<Release | null> {
  const seen = releases.find(({ id }) => id === live)?.release;
  if (live === null || seen) return seen ?? null;
  for await (const { first } of listDeployments({ store: world.store, target })) {
    const found = releasesRecordedIn(first).find(({ id }) => id === live);
    if (found) return found;
  }
  return null;
}

/** All that an opening record describes whole: what was deployed, and what served before, whoever had started it. */
export function releasesRecordedIn({ body }: JournalRecord): readonly Release[] {
  if (body.kind !== 'opened') return [];
  const { release, before } = body.plan;
  return [release, ...(before.live ? [before.live] : []), ...(before.others ?? [])];
}

/** What is live now, as plans are made of it. */
export async function observeLive(
  { provider }: Pick<World, 'provider'>,
  of?: readonly ReleaseId[],
): Promise<Observation> {
  return withLive(await provider.observe(undefined, of));
}

/** What plans are made with: what is there, and who knows the strategies. */
export interface Planner {
  readonly world: World;
  readonly composition: Composition;
}

/** What the config wants, planned against what is live now. Null when that is live already. */
export async function makePlan(planner: Planner, place: ConfiguredPlace): Promise<Plan | null> {
  const { config } = place;
  return planRelease(planner, place, {
    version: config.release,
    settings: config.provider.settings,
  });
}

/** The release that a config wants first when nothing is live yet. */
export async function makeBootstrapPlan(
  planner: Planner,
  place: ConfiguredPlace,
): Promise<Plan | null> {
  const { bootstrap } = place.config;
  if (!bootstrap || (await observeLive(planner.world)).live !== null) return null;
  return planRelease(planner, place, {
    version: bootstrap.release,
    settings: bootstrap.provider,
  });
}

async function planRelease(
  { world, composition }: Planner,
  place: ConfiguredPlace,
  wanted: { version: string; settings: JsonObject },
): Promise<Plan | null> {
  const { workspace, config, kind, surroundings, target } = place;
  const { readSecret } = composition.means;
  const { provider } = world;
  const release = await kind.release({
    version: wanted.version,
    settings: await composition.pinSecrets(wanted.settings),
    surroundings,
    provider,
    readSecret,
    artifact: null,
  });
  const strategy = await workspace.strategy(config.strategy);
  const observation = await observeLive(world);
  const live = await liveRelease(world, target.id, observation);
  const settings = config.strategies[config.strategy] as Parameters<
    typeof strategy.plan
  >[0]['settings'];
  const input = { observation, release, live, settings };
  const steps = await orSayUp(place, observation, () => strategy.plan(input));
  if (steps.length === 0) return null;
  const before = beforeOf(observation, live);
  const watched = new Set(steps.flatMap(({ watch }) => watch));
  const log = { store: world.store, target: target.id };
  const { gates, notes: lacking } =
    live === null
      ? firstGates(config.gates, watched)
      : await usualGates(log, config.gates, { watched, now: world.clock.wall() });
  const notes = [
    ...observation.notes,
    ...lacking,
    ...(strategy.notes?.(input) ?? []),
    ...(await expectPossible(world, { steps, before })),
    ...(await forecasts(world, { steps, gates, live, observation })),
    ...(await standingTrouble(world, { steps, gates, release: live ?? release, observation })),
  ];
  return freeze(place, {
    observation,
    live,
    release,
    steps,
    gates,
    notes,
    strategy: config.strategy,
    undoes: null,
    timeouts: settings.timeouts,
  });
}

/** Where nothing runs that should, as after a reboot, that is the first thing to put right. */
async function orSayUp<T>(
  { workspace, providerName }: TargetPlace,
  observation: Observation,
  plan: () => T,
): Promise<T> {
  try {
    return plan();
  } catch (error) {
    const isHere = isDeployError(error) && isDown(observation);
    throw isHere && (await workspace.host(providerName)) ? sayingUp(error) : error;
  }
}

interface PlanParts {
  readonly timeouts: CommonSettings['timeouts'];
  readonly observation: Observation;
  readonly live: Release | null;
  readonly release: Release;
  readonly steps: readonly Step[];
  readonly gates: Plan['gates'];
  readonly strategy: string;
  readonly undoes: string | null;
  readonly notes: readonly string[];
}

function freeze(place: ConfiguredPlace, made: PlanParts): Plan {
  const { config } = place;
  return freezePlan({
    folder: place.folder,
    ...made,
    target: place.target,
    provider: { name: place.providerName, connection: place.connection },
    deadline: config.deadline,
    rollbackDeadline: config.rollbackDeadline,
    onInterrupt: config.onInterrupt,
    ...(config.history.keep === null ? {} : { keep: config.history.keep }),
  });
}

interface Returning {
  readonly release: Release;
  readonly undoes: string | null;
  /** As the config gave them when it was deployed. */
  readonly timeouts: CommonSettings['timeouts'] | undefined;
}

/** A plan that brings a recorded release back, from the journal and the platform alone. */
export async function makeReturnPlan(
  { world, composition }: Planner,
  place: TargetPlace,
  wanted: Returning,
): Promise<Plan | null> {
  const { release, undoes, timeouts } = wanted;
  // Whoever goes back cares for nothing but whether what is gone back to is well.
  const { owner, ...observation } = await observeLive(world, [release.id]);
  const seen = { ...observation, owner: null };
  const live = await knownRelease(world, place.target.id, seen);
  const steps = await composition.planReturn({ observation: seen, release, live, timeouts });
  if (steps.length === 0) return null;
  // Whoever goes back is told what stands in the way, and goes back all the same.
  const told = await review(world, { steps, before: beforeOf(seen, live) });
  const { refusals, notes, lost = [] } = told;
  if (lost.length > 0) throw releaseLost(lost);
  return freezePlan({
    folder: place.folder,
    release,
    undoes,
    observation: seen,
    live,
    steps,
    ...(timeouts ? { timeouts } : {}),
    strategy: 'rollback',
    target: place.target,
    provider: { name: place.providerName, connection: place.connection },
    gates: {},
    deadline: null,
    rollbackDeadline: RETURN_LIMIT_MS,
    onInterrupt: 'pause',
    notes: [
      ...observation.notes,
      ...(owner === null ? [] : [`Something else owns what is changed: ${owner}.`]),
      ...(seen.live !== null && !live
        ? [`How ${seen.live}, which serves now, was started is not recorded.`]
        : []),
      ...refusals,
      ...notes,
    ],
  });
}
