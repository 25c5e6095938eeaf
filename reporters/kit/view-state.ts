import type {
  DeployEvent,
  Direction,
  EventMap,
  Judgement,
  Outcome,
  Plan,
  Step,
} from '../../src/contract/index.ts';
import { endingOf, pauseOf, type ShownEnding } from './ending.ts';
import { weightAfter } from './words.ts';

/** What is known of a deployment from its events: all that a view of it needs. */
export interface ViewState {
  readonly deployment: string;
  readonly plan: Plan | null;
  readonly direction: Direction;
  /** Wall clock ms of the first event. */
  readonly begunAt: number;
  readonly rows: readonly Row[];
  /** The way back, once there is one. */
  readonly course: readonly Row[];
  readonly turned: { readonly reason: string; readonly gate: string | null } | null;
  readonly logs: readonly string[];
  /** Percent of the traffic on the release that is being deployed. */
  readonly weight: number;
  readonly gates: readonly GateRow[];
  /** Those that the step asks that goes on, or the last one that asked any. */
  readonly asked: readonly string[];
  readonly waiting: EventMap['waiting'] | null;
  /** The newest word that belongs to no step. */
  readonly notice: { readonly text: string; readonly isWarning: boolean } | null;
  readonly ending: ShownEnding | null;
}

export type Mark = 'todo' | 'active' | 'done' | 'failed';

export interface Row {
  readonly step: Step;
  readonly mark: Mark;
  readonly begunAt: number | null;
  readonly took: number | null;
  /** Progress while it goes on, the reason once it has failed. */
  readonly words: string | null;
}

export interface GateRow {
  readonly name: string;
  readonly advisory: boolean;
  readonly judgement: Judgement;
  /** The limit is the least that is fine, not the most. */
  readonly isFloor: boolean;
  /** The last readings, oldest first. */
  readonly trend: readonly number[];
}

const LONGEST_TREND = 24;

export const EMPTY_VIEW: ViewState = {
  deployment: '',
  plan: null,
  direction: 'forward',
  begunAt: 0,
  rows: [],
  course: [],
  turned: null,
  logs: [],
  weight: 0,
  gates: [],
  asked: [],
  waiting: null,
  notice: null,
  ending: null,
};

export function reduce(state: ViewState, event: DeployEvent): ViewState {
  switch (event.type) {
    case 'begun':
      return viewStateBegun(event.deployment, event.at, event.data);
    case 'step-begun':
      return { ...viewStateStepBegun(state, event.at, event.data), waiting: null };
    case 'step-progress':
      return onRow(state, event.data.step, (row) => ({ ...row, words: event.data.message }));
    case 'step-ended':
      return viewStateStepEnded(state, event.data);
    case 'routed':
      return { ...state, weight: event.data.split[event.data.candidate] ?? 0 };
    case 'measured':
      return { ...state, gates: gatesMeasured(state, event.data) };
    case 'retrying':
      return noted(state, `trying again: ${event.data.error}`, true);
    case 'waiting':
      return { ...state, waiting: event.data };
    case 'control':
      return noted(state, `${event.data.control.kind} by ${event.data.control.actor.name}`, false);
    case 'notice':
      return noted(state, event.data.message, event.data.level === 'warning');
    case 'turned':
      return viewStateTurned(state, event.data);
    case 'paused':
      return { ...state, waiting: null, ending: pauseOf(idOf(state), event.data) };
    case 'ended':
      return { ...state, waiting: null, ending: endingOf(idOf(state), event.data) };
    default:
      return state;
  }
}

function viewStateBegun(deployment: string, at: number, event: EventMap['begun']): ViewState {
  const { plan, direction, course = [], outcomes = [] } = event;
  const opened: ViewState = {
    ...EMPTY_VIEW,
    deployment,
    plan,
    direction: 'forward',
    begunAt: at,
    rows: plan.steps.map(toRow),
    course: course.map(toRow),
    weight: plan.before.split?.[plan.release.id] ?? 0,
  };
  return { ...outcomes.reduce(endedBefore, opened), direction };
}

/** What the holder before has read back. */
function endedBefore(state: ViewState, outcome: Outcome): ViewState {
  const isOwn = ({ step }: Row) => step.id === outcome.step;
  const forward = state.rows.find(isOwn);
  const row = forward ?? state.course.find(isOwn);
  if (!row) return state;
  const direction = forward ? 'forward' : 'back';
  return viewStateStepEnded({ ...state, direction }, { outcome, step: row.step, direction });
}

function toRow(step: Step): Row {
  return { step, mark: 'todo', begunAt: null, took: null, words: null };
}

function viewStateStepBegun(
  state: ViewState,
  at: number,
  { step, number, direction }: EventMap['step-begun'],
): ViewState {
  const where = direction === 'back' ? 'course' : 'rows';
  const rows = state[where].some((row) => row.step.id === step.id)
    ? state[where]
    : [...state[where], toRow(step)];
  const known = rows.map((row, index): Row => {
    if (row.step.id === step.id) return { ...row, mark: 'active', begunAt: at, words: null };
    return index < number - 1 && row.mark === 'todo' ? { ...row, mark: 'done' } : row;
  });
  const asked = gatesAskedBy(step);
  return { ...state, direction, [where]: known, asked: asked.length > 0 ? asked : state.asked };
}

function gatesAskedBy({ action, watch }: Step): readonly string[] {
  return action.kind === 'check' ? [...action.gates, ...watch] : watch;
}

function viewStateStepEnded(
  state: ViewState,
  { outcome, step }: EventMap['step-ended'],
): ViewState {
  const isDone = outcome.result === 'done';
  const weight = isDone && state.plan ? weightAfter(step, state.plan.release.id) : null;
  const ended = onRow(state, step.id, (row) => ({
    ...row,
    mark: isDone ? 'done' : 'failed',
    took: outcome.took,
    words: isDone ? null : outcome.reason,
  }));
  return { ...ended, waiting: null, weight: weight ?? state.weight };
}

function onRow(state: ViewState, id: string, change: (row: Row) => Row): ViewState {
  const where = state.direction === 'back' ? 'course' : 'rows';
  return { ...state, [where]: state[where].map((row) => (row.step.id === id ? change(row) : row)) };
}

function viewStateTurned(
  state: ViewState,
  { reason, gate, course, logs }: EventMap['turned'],
): ViewState {
  const rows = state.rows.map(
    (row): Row => (row.mark === 'active' ? { ...row, mark: 'failed' } : row),
  );
  return {
    ...state,
    direction: 'back',
    rows,
    course: course.map(toRow),
    gates: state.gates.map((row) => (row.name === gate ? blamed(row, reason) : row)),
    turned: { reason, gate },
    logs,
    waiting: null,
  };
}

/** The end of a stretch may find what no single reading showed. */
function blamed(row: GateRow, reason: string): GateRow {
  const words = reason.startsWith(`${row.name}: `) ? reason.slice(row.name.length + 2) : reason;
  return { ...row, judgement: { ...row.judgement, verdict: 'fail', reason: words } };
}

function gatesMeasured(
  { gates, plan }: ViewState,
  event: EventMap['measured'],
): readonly GateRow[] {
  const { gate: name, judgement, advisory } = event;
  const old = gates.find((row) => row.name === name);
  const value = judgement.value;
  const trend = [...(old?.trend ?? []), ...(value === null ? [] : [value])].slice(-LONGEST_TREND);
  const { max = null, min = null } = plan?.gates[name]?.judge ?? {};
  const isFloor = judgement.limit !== null && judgement.limit === min && judgement.limit !== max;
  const row: GateRow = { name, advisory, judgement, trend, isFloor };
  return old ? gates.map((other) => (other === old ? row : other)) : [...gates, row];
}

function noted(state: ViewState, text: string, isWarning: boolean): ViewState {
  return { ...state, notice: { text, isWarning } };
}

function idOf({ deployment, plan }: ViewState) {
  return { id: deployment, plan };
}
