import { EXIT, type ExitCode, type Observation, type Reporter, type Store, type Target } from '../../contract/index.ts';
import { type DeploymentState, describeHolder, readChapterSince, readNewest, type World } from '../../engine/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Command, type Input, OUTPUT_OPTION, TARGET_OPTIONS } from '../command.ts';
import type { Composition } from '../composition.ts';
import type { Io } from '../io.ts';
import { reporterFor } from '../running.ts';
import { Story } from '../story.ts';
import { meantTarget, openRecorded, openStore } from '../target.ts';

export const command: Command = {
  description: 'Show what is live, at which split, since when and by whom, and what runs.',
  options: [...TARGET_OPTIONS, OUTPUT_OPTION, { flags: '-w, --watch', description: 'follow a deployment that another process drives' }],
  examples: [
    ['deployctl status', 'the service of the config here, or the only one recorded'],
    ['deployctl status --watch', 'follow what runs, to its end'],
    ['deployctl status --output json', 'for scripts'],
  ],
  run: status,
};

async function status(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const store = await openStore(input, composition);
  const target = await meantTarget(input, composition, store);
  const { state } = await readNewest({ store } as World, target.id);
  if (input.options.watch && state) return watch(input, composition, store, state);
  const observation = state ? await observe(input, composition, state) : null;
  write(input.io, input.options.output === 'json', { target, state, observation });
  return EXIT.done;
}

interface Seen {
  readonly target: Target;
  readonly state: DeploymentState | null;
  readonly observation: Observation | string | null;
}

/** What the platform says; in words when it cannot be asked, because the journal still can. */
async function observe(input: Input, composition: Composition, state: DeploymentState): Promise<Observation | string> {
  try {
    const { provider } = await openRecorded(input, composition, state.plan);
    const observation = await provider.observe();
    await provider.close();
    return observation;
  } catch (error) {
    return (error as Error).message;
  }
}

function write(io: Io, json: boolean, { target, state, observation }: Seen): void {
  if (json) {
    io.stdout.write(`${JSON.stringify({ target, deployment: state && summary(state), observation })}\n`);
    return;
  }
  const lines = [
    `${target.service}${target.environment ? ` (${target.environment})` : ''} · ${target.identity.label}`,
    ...liveLines(observation),
    ...(state ? deploymentLines(state, io.clock.wall()) : ['Nothing was ever deployed here.', 'Next: deployctl deploy']),
  ];
  io.stdout.write(`${displaySafe(lines.join('\n'))}\n`);
}

function summary({ id, plan, direction, ended, stopped, inFlight, holder, openedAt }: DeploymentState) {
  const { release, strategy, before } = plan;
  return { id, strategy, version: release.version, from: before.live?.version ?? null, direction, ended, stopped, step: inFlight, holder, openedAt };
}

function liveLines(observation: Seen['observation']): string[] {
  if (observation === null) return [];
  if (typeof observation === 'string') return [`What is live cannot be seen now: ${observation}`];
  const { releases, live, split, endpoints, notes } = observation;
  if (releases.length === 0) return ['Nothing runs.'];
  const rows = releases.map((release) => {
    const weight = split?.[release.id] ?? 0;
    const units = `${release.ready} of ${release.desired} healthy`;
    const role = release.id === live ? 'live' : 'not live';
    return [release.version, `${Number(weight.toFixed(1))} %`, role, units, release.note ?? ''];
  });
  const address = endpoints.public ? [`Address: ${endpoints.public}`] : [];
  return [...aligned(rows), ...address, ...notes];
}

export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}`);
}

function deploymentLines(state: DeploymentState, now: number): string[] {
  const { id, plan, ended, stopped, openedBy, openedAt } = state;
  const what = `${id}: ${plan.strategy} of ${plan.release.version}, begun ${ago(now, openedAt)} by ${openedBy.name}`;
  if (ended) return [`Last deployment ${what}; ${ended.result} ${ago(now, ended.at)}.`];
  const step = state.course.find((candidate) => candidate.id === state.inFlight)?.title ?? 'between two steps';
  const way = state.direction === 'back' ? 'going back' : 'going forward';
  if (stopped) {
    return [`Unfinished deployment ${what}.`, `Stopped at: ${step} (${way}): ${stopped.reason}.`, `Next: deployctl resume ${id}   or   deployctl rollback ${id}`];
  }
  return [`Running deployment ${what}.`, `Now at: ${step} (${way}), held by ${describeHolder(state.holder)}.`, 'Next: deployctl status --watch'];
}

function ago(now: number, then: number): string {
  return `${formatDuration(Math.max(0, now - then))} ago`;
}

/** Tells the story so far and then each new record, until the deployment ends or its holder lets go. */
async function watch(input: Input, composition: Composition, store: Store, state: DeploymentState): Promise<ExitCode> {
  const reporter = await reporterFor(input, composition);
  const stop = new AbortController();
  const unlisten = input.io.signals.listen(() => stop.abort());
  try {
    return await follow(input, { store, reporter, state, signal: stop.signal });
  } finally {
    unlisten();
    await reporter.close?.();
  }
}

interface Following {
  readonly store: Store;
  readonly reporter: Reporter;
  readonly state: DeploymentState;
  readonly signal: AbortSignal;
}

async function follow(input: Input, { store, reporter, state, signal }: Following): Promise<ExitCode> {
  const story = new Story();
  for (let seq = state.chapter; !signal.aborted; ) {
    const records = await readChapterSince(store, state.plan.target.id, state.chapter, seq);
    for (const record of records) for (const event of story.next(record)) reporter.report(event);
    seq += records.length;
    if (story.state?.ended) return EXIT.done;
    if (story.state?.stopped) return EXIT.waiting;
    await input.io.clock.sleep(250, signal);
  }
  return EXIT.interrupted;
}
