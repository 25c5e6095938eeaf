import {
  EXIT,
  type ExitCode,
  type Observation,
  type Provider,
  type Store,
  type Target,
} from '../../contract/index.ts';
import {
  type DeploymentState,
  describeHolder,
  listDeployments,
  listTargets,
  nullIfDamaged,
  readState,
  stepUnderWay,
} from '../../engine/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { redacted } from '../../lib/redacted.ts';
import { wallTime } from '../../lib/wall-time.ts';
import {
  type Command,
  type Input,
  OUTPUT_OPTION,
  TARGET_OPTIONS,
  wantsJson,
} from '../shell/command.ts';
import { folded, wantsColor } from '../shell/io.ts';
import { reading } from '../shell/run-world.ts';
import { aligned } from '../shell/table.ts';
import { type Tone, toned } from '../shell/tones.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { differences } from '../target/identity-differences.ts';
import { openPlace, openRecorded, type TargetPlace } from '../target/place.ts';
import { meantTarget, openScope, type Scope } from '../target/scope.ts';
import { titleOf } from '../target/title.ts';

export const command: Command = {
  description: 'Show what is live, with its traffic split, since when and by whom, and what runs.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    { flags: '-a, --all', description: 'all services of the journal on one screen' },
    { flags: '-w, --watch', description: 'follow a running deployment to its end' },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl status', 'the service of the config here; without one, all services'],
    ['deployctl status --watch', 'follow a running deployment; exits with the same code'],
    ['deployctl status --output json', 'for scripts'],
  ],
  shows: true,
  run: status,
};

async function status(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const all = await severalMeant(input, scope);
  if (all) {
    const { overview } = await import('../target/overview.ts');
    await overview(input, scope, all);
    return EXIT.done;
  }
  const place = scope.here && (await openPlace(input, composition, scope.here));
  const target = place?.target ?? (await meantTarget(input, composition, scope));
  const isWatching = Boolean(input.options.watch);
  // Journal and platform are asked at the same time: each is a few round trips away.
  const [state, seenHere] = await Promise.all([
    readState(reading(input.io, composition, scope.store), target.id),
    place && !isWatching ? seenBy(place.provider) : null,
  ]);
  if (isWatching && state && !state.ended) {
    await place?.provider.close();
    const { watchRun: watch } = await import('../run/watch.ts');
    return watch(input, scope, state);
  }
  const observation =
    seenHere !== null && isWhereRecorded(place, state)
      ? seenHere
      : await observeTarget(input, scope, state);
  await place?.provider.close();
  const isGone = Boolean(state && !state.ended && composition.machine.provenDead(state.holder));
  const live = observation && typeof observation === 'object' ? observation.live : null;
  // Of older deployments it is only an addition: one that is damaged keeps nobody from the rest.
  const since = live ? await sinceWhen(scope.store, { target, state, live }) : null;
  writeStatus(input, { target, state, observation, isGone, since });
  return EXIT.done;
}

/** Without a service by name or by a config here, all that are recorded are meant; null where one is. */
async function severalMeant({ options }: Input, scope: Scope): Promise<readonly Target[] | null> {
  const { all, service, env, watch } = options;
  if (!all && (scope.here || service !== undefined || watch)) return null;
  const targets = await listTargets(scope.store);
  const fitting = targets.filter(({ environment }) => env === undefined || environment === env);
  return all ? fitting : fitting.length > 1 ? fitting : null;
}

/** The deployment that made this release live, as far back as it is likely to be. */
async function sinceWhen(
  store: Store,
  { target, state, live }: { target: Target; state: DeploymentState | null; live: string },
): Promise<Since | null> {
  if (state?.ended?.result !== 'succeeded' || state.plan.release.id !== live)
    return earlierSince(store, target.id, live).catch(nullIfDamaged);
  const { id, plan, ended, openedBy } = state;
  return { deployment: id, version: plan.release.version, at: ended.at, by: openedBy.name };
}

async function earlierSince(store: Store, target: string, live: string): Promise<Since | null> {
  let looked = 0;
  for await (const { first, last } of listDeployments({ store, target })) {
    if (looked++ >= DEPLOYMENTS_SEARCHED_MAX) return null;
    if (first.body.kind !== 'opened' || last.body.kind !== 'ended') continue;
    const { plan, holder } = first.body;
    const { id, version } = plan.release;
    if (last.body.result !== 'succeeded' || id !== live) continue;
    return { deployment: first.deployment, version, at: last.at, by: holder.actor.name };
  }
  return null;
}

const DEPLOYMENTS_SEARCHED_MAX = 100;

interface Since {
  readonly deployment: string;
  readonly version: string;
  readonly at: number;
  readonly by: string;
}

interface Seen {
  readonly target: Target;
  readonly state: DeploymentState | null;
  readonly observation: Observation | string | null;
  /** The holder of what is not over has died. */
  readonly isGone: boolean;
  /** How what is live came to be; null where the journal does not tell. */
  readonly since: Since | null;
}

/** In words where it cannot be asked. */
const seenBy = (provider: Provider): Promise<Observation | string> =>
  provider.observe().catch((error: Error) => error.message);

/** What was opened for the config is what the newest deployment was about. */
function isWhereRecorded(place: TargetPlace | null, state: DeploymentState | null): boolean {
  if (!state) return true;
  const { provider, target } = state.plan;
  return (
    place?.providerName === provider.name &&
    hashOf(place.connection) === hashOf(provider.connection) &&
    differences(target.identity, place.provider.identity).length === 0
  );
}

/** What the platform says; in words when it cannot be asked, because the journal still can. */
async function observeTarget(
  input: Input,
  { composition, here, workspace }: Scope,
  state: DeploymentState | null,
): Promise<Observation | string | null> {
  if (!state && !here) return null;
  try {
    const { provider } = state
      ? await openRecorded(input, composition, { workspace, plan: state.plan })
      : await openPlace(input, composition, here as NonNullable<typeof here>);
    const observation = await provider.observe();
    await provider.close();
    return observation;
  } catch (error) {
    return (error as Error).message;
  }
}

function writeStatus(input: Input, seen: Seen): void {
  const { io } = input;
  const { target, state, observation, since } = seen;
  if (wantsJson(input)) {
    const deployment = state && summary(state);
    io.stdout.write(
      `${JSON.stringify(redacted({ target, deployment, observation, since }, io.redact))}\n`,
    );
    return;
  }
  const lines = [
    `${titleOf(target)} · ${target.identity.label}`,
    ...liveLines(observation),
    ...(since ? [liveSince(since, io.clock.wall())] : []),
    ...(state
      ? deploymentLines(input, seen, state)
      : ['Nothing was ever deployed here.', `Next: ${typedAgain(input, 'deployctl plan')}`]),
  ];
  const color = wantsColor(io, io.stdout);
  const shown = displayLines(lines.join('\n')).split('\n');
  const told = shown.flatMap((line) =>
    folded(io.stdout, [line]).map((part) => toned(lineTone(line), part, color)),
  );
  io.stdout.write(`${told.join('\n')}\n`);
}

/** What a person should see first. */
const LINE_TONES: readonly (readonly [RegExp, Tone])[] = [
  [/^Nothing runs\.|^What is live cannot be seen|; rolled-back /, 'bad'],
  [/^ .* 0 of [1-9]\d* healthy/, 'bad'],
  [/^(Unfinished|Stopped at|Left at|Running)/, 'warning'],
  [/^ .* (\d+) of \1 healthy/, 'good'],
  [/^ .* \d+ of \d+ healthy/, 'warning'],
];

const lineTone = (line: string): Tone =>
  LINE_TONES.find(([fits]) => fits.test(line))?.[1] ?? 'plain';

function summary(state: DeploymentState) {
  const { id, plan, direction, ended, stopped, inFlight, holder, openedAt } = state;
  const { release, strategy, before } = plan;
  return {
    id,
    planHash: plan.hash,
    strategy,
    version: release.version,
    from: before.live?.version ?? null,
    direction,
    ended,
    stopped,
    step: inFlight,
    holder,
    openedAt,
  };
}

function liveLines(observation: Seen['observation']): string[] {
  if (observation === null) return [];
  if (typeof observation === 'string') return [`The platform cannot be read now: ${observation}`];
  const { releases, live, split, endpoints, notes } = observation;
  if (releases.length === 0) return ['Nothing runs.'];
  const rows = releases.map((release) => {
    const weight = Number((split?.[release.id] ?? 0).toFixed(1));
    const units = `${release.ready} of ${release.desired} healthy`;
    const role = release.id === live ? 'live' : 'not live';
    return [release.version, `${weight} %`, role, units, release.note ?? ''];
  });
  const address = endpoints.public ? [`Address: ${endpoints.public}`] : [];
  return [...aligned(rows), ...address, ...notes];
}

function liveSince({ deployment, version, at, by }: Since, now: number): string {
  return `${version} has been live for ${formatDuration(Math.max(0, now - at))}, deployed by ${by} (${deployment}).`;
}

function deploymentLines(input: Input, { isGone }: Seen, state: DeploymentState): string[] {
  const now = input.io.clock.wall();
  const { id, plan, ended, stopped, openedBy, openedAt, holder } = state;
  const what = `${id}: ${plan.strategy} of ${plan.release.version}, begun ${ago(now, openedAt)} by ${openedBy.name}`;
  if (ended) return [`Last deployment ${what}; ${ended.result} ${ago(now, ended.at)}.`];
  const at = `${stepUnderWay(state)} (${state.direction === 'back' ? 'rolling back' : 'going forward'})`;
  const onward = stopped?.stop === 'waiting' ? 'approve' : 'resume';
  const commands = [`deployctl ${onward} ${id}`, `deployctl rollback ${id}`];
  const choice = `Next: ${commands.map((line) => typedAgain(input, line)).join('   or   ')}`;
  if (stopped)
    return [`Unfinished deployment ${what}.`, `Stopped at: ${at}: ${stopped.reason}.`, choice];
  if (isGone)
    return [
      `Unfinished deployment ${what}.`,
      `Left at: ${at}; ${describeHolder(holder)} is gone.`,
      choice,
    ];
  return [
    `Running deployment ${what}.`,
    `Now at: ${at}, held by ${describeHolder(holder)}.`,
    `Next: ${typedAgain(input, 'deployctl status --watch')}`,
  ];
}

function ago(now: number, then: number): string {
  return `${formatDuration(Math.max(0, now - then))} ago (${wallTime(then, now)})`;
}
