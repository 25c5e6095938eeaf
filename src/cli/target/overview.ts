import type { Observation, Target } from '../../contract/index.ts';
import { type DeploymentState, readState, stepUnderWay } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { redacted } from '../../lib/redacted.ts';
import { type Input, wantsJson } from '../shell/command.ts';
import { outputWidthOf, wantsColor } from '../shell/io.ts';
import { reading } from '../shell/run-world.ts';
import { type Column, tonedTable } from '../shell/table.ts';
import type { Tone } from '../shell/tones.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { openRecorded, type TargetPlace } from './place.ts';
import type { Scope } from './scope.ts';
import { titleOf } from './title.ts';
import { expectKnownVia } from './via.ts';

/** One platform that does not answer keeps nobody from the others. */
const OVERVIEW_LIMIT_MS = 5000;

interface OverviewRow {
  readonly target: Target;
  readonly state: DeploymentState | null;
  readonly observation: Observation | null;
  /** Why it cannot be seen. */
  readonly trouble: string | null;
  readonly isGone: boolean;
}

/** All services of a journal on one screen: what serves, how well, and what became of it last. */
export async function overview(
  input: Input,
  scope: Scope,
  targets: readonly Target[],
): Promise<void> {
  const { io } = input;
  const { store, workspace } = scope;
  const providers = targets.map(({ identity }) => identity.provider);
  await expectKnownVia(input, workspace, { providers, store: store.url });
  const rows = await Promise.all(targets.map((target) => rowOf(input, scope, target)));
  if (wantsJson(input)) {
    const services = rows.map((row) => redacted(overviewSummary(row), io.redact));
    io.stdout.write(`${JSON.stringify({ services })}\n`);
    return;
  }
  const lines = tonedTable({
    columns: overviewColumns(io.clock.wall(), rows),
    rows,
    width: outputWidthOf(io.stdout),
    color: wantsColor(io, io.stdout),
    tone: toneOf,
  });
  const next = `Next: ${typedAgain(input, 'deployctl status --service NAME')}`;
  io.stdout.write(`${[...lines, next].join('\n')}\n`);
}

async function rowOf(
  input: Input,
  { composition, store, workspace }: Scope,
  target: Target,
): Promise<OverviewRow> {
  const blank = { target, state: null, observation: null, trouble: null, isGone: false };
  try {
    const state = await readState(reading(input.io, composition, store), target.id);
    if (!state) return blank;
    const isGone = !state.ended && composition.machine.provenDead(state.holder);
    const seen = await observedRow(input, () =>
      openRecorded(input, composition, { workspace, plan: state.plan }),
    );
    const found = typeof seen === 'string' ? { trouble: seen } : { observation: seen };
    return { ...blank, state, isGone, ...found };
  } catch (error) {
    return { ...blank, trouble: (error as Error).message };
  }
}

async function observedRow(
  input: Input,
  open: () => Promise<TargetPlace>,
): Promise<Observation | string> {
  const { clock } = input.io;
  const over = new AbortController();
  const look = async () => {
    const { provider } = await open();
    const seen = await provider.observe(over.signal);
    await provider.close();
    return seen;
  };
  const late = clock.sleep(OVERVIEW_LIMIT_MS, over.signal).then(() => 'does not answer');
  const seen = await Promise.race([look().catch(({ message }: Error) => message), late]);
  over.abort();
  return seen;
}

const overviewLiveOf = ({ observation }: OverviewRow) =>
  observation?.releases.find(({ id }) => id === observation.live) ?? null;

function overviewHealthOf(row: OverviewRow): string {
  if (row.trouble !== null) return `cannot be seen: ${row.trouble}`;
  const live = overviewLiveOf(row);
  return live ? `${live.ready} of ${live.desired} healthy` : 'nothing serves';
}

function doing({ state, isGone }: OverviewRow, now: number): string {
  if (!state) return 'nothing was ever deployed';
  const { plan, ended, stopped, openedAt } = state;
  const { version } = plan.release;
  const ago = (then: number) => `${formatDuration(Math.max(0, now - then))} ago`;
  if (ended) return `${version} ${ended.result} ${ago(ended.at)}`;
  const what = stopped ? 'stopped' : isGone ? 'left by its holder' : 'running';
  return `${version} ${what}, begun ${ago(openedAt)}`;
}

const isOpen = ({ state }: OverviewRow) => state !== null && state.ended === null;

/** Long, and so left out on a narrow screen: the last deployment's own column still says that it is under way. */
const whereColumn: Column<OverviewRow> = {
  title: 'at',
  weight: 3,
  cell: (row) => (row.state && isOpen(row) ? stepUnderWay(row.state) : ''),
};

function toneOf(row: OverviewRow): Tone {
  const live = overviewLiveOf(row);
  if (row.trouble !== null || !live || live.ready === 0) return 'bad';
  return isOpen(row) || live.ready < live.desired ? 'warning' : 'plain';
}

const overviewColumns = (
  now: number,
  rows: readonly OverviewRow[],
): readonly Column<OverviewRow>[] => [
  { title: 'service', weight: 9, cell: ({ target }) => titleOf(target) },
  { title: 'live', weight: 8, cell: (row) => overviewLiveOf(row)?.version ?? '–' },
  { title: 'health', weight: 7, cell: overviewHealthOf },
  { title: 'last deployment', weight: 5, cell: (row) => doing(row, now) },
  ...(rows.some(isOpen) ? [whereColumn] : []),
  { title: 'address', weight: 2, cell: ({ observation }) => observation?.endpoints.public ?? '–' },
  { title: 'place', weight: 1, cell: ({ target }) => target.identity.label },
];

function overviewSummary(row: OverviewRow) {
  const { target, state, observation, trouble, isGone } = row;
  const live = overviewLiveOf(row);
  return {
    service: target.service,
    environment: target.environment,
    target: target.id,
    place: target.identity.label,
    live: live && { version: live.version, ready: live.ready, desired: live.desired },
    split: observation?.split ?? null,
    address: observation?.endpoints.public ?? null,
    trouble,
    deployment: state && {
      id: state.id,
      version: state.plan.release.version,
      begun: state.openedAt,
      ended: state.ended,
      stopped: state.stopped,
      step: state.inFlight,
      holderGone: isGone,
    },
  };
}
