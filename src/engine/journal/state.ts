import type {
  Actor,
  Control,
  Direction,
  GateRound,
  Holder,
  JournalRecord,
  Outcome,
  Plan,
  Result,
  Step,
  Stop,
} from '../../contract/index.ts';

/** What a deployment's records say, and nothing else: replaying the log gives this, on any machine. */
export interface DeploymentState {
  readonly id: string;
  readonly plan: Plan;
  readonly chapter: number;
  readonly seq: number;
  readonly epoch: number;
  readonly holder: Holder;
  readonly openedBy: Actor;
  readonly openedAt: number;
  readonly changedAt: number;
  readonly direction: Direction;
  /** What is followed now: the plan's steps, or the way back. */
  readonly course: readonly Step[];
  /** Outcomes in both directions, in order. */
  readonly outcomes: readonly Outcome[];
  /** Which try of a step was begun last, where it was not the first. */
  readonly attempts?: Readonly<Record<string, number>>;
  /** How many outcomes were known when later records were lost: those no longer tell what is live. */
  readonly knownAtLoss?: number;
  /** A step whose intent is recorded and whose outcome is not. */
  readonly inFlight: string | null;
  /** When people were first asked, by the step; only where it has rules. */
  readonly asked?: Readonly<Record<string, number>>;
  /** Steps that were in flight when an earlier one had to be made true again, or the way back began: what was sent may be true. */
  readonly left?: readonly string[];
  readonly turned: { readonly reason: string; readonly gate: string | null } | null;
  /** Controls taken up, with the step that was in flight then: an approval answers that step only. */
  readonly controls: readonly { readonly control: Control; readonly during: string | null }[];
  /** Number of the last control that was taken up. */
  readonly controlSeq: number;
  readonly rounds: readonly GateRound[];
  /** Set while nobody holds it. */
  readonly stopped: { readonly stop: Stop; readonly reason: string } | null;
  readonly ended: { readonly result: Result; readonly reason: string; readonly at: number } | null;
}

/** What whoever looks on must know of a deployment that is picked up again. */
export function pickedUp({ direction, course, outcomes }: DeploymentState) {
  return { outcomes, ...(direction === 'back' ? { course } : {}) };
}

export function replay(records: readonly JournalRecord[]): DeploymentState {
  const [first, ...rest] = records;
  if (first?.body.kind !== 'opened') throw new Error('a chapter begins with its plan');
  return rest.reduce(advance, opened(first, first.body));
}

function opened(
  record: JournalRecord,
  body: Extract<JournalRecord['body'], { kind: 'opened' }>,
): DeploymentState {
  return {
    id: record.deployment,
    plan: body.plan,
    chapter: record.seq,
    seq: record.seq,
    epoch: record.epoch,
    holder: body.holder,
    openedBy: body.holder.actor,
    openedAt: record.at,
    changedAt: record.at,
    direction: 'forward',
    course: body.plan.steps,
    outcomes: [],
    inFlight: null,
    turned: null,
    controls: [],
    controlSeq: body.controlSeq,
    rounds: [],
    stopped: null,
    ended: null,
  };
}

/** One record further. */
export function advance(state: DeploymentState, record: JournalRecord): DeploymentState {
  const { body } = record;
  const base = { ...state, seq: record.seq, epoch: record.epoch, changedAt: record.at };
  switch (body.kind) {
    case 'opened':
      throw new Error('a deployment is opened once');
    case 'taken':
      return { ...base, holder: body.holder, stopped: null };
    case 'step':
      return {
        ...withOutcome(base, body.outcome),
        inFlight: body.intent,
        ...requestedBy(state, body.intent, record.at),
        ...tried(state, body),
        ...leftBy(state, body),
      };
    case 'gates':
      return { ...base, rounds: [...state.rounds, ...body.rounds] };
    case 'control':
      return {
        ...base,
        controls: isMeantFor(state, body.control)
          ? [...state.controls, { control: body.control, during: state.inFlight }]
          : state.controls,
        controlSeq: body.seq,
      };
    case 'turned':
      return {
        ...withOutcome(base, body.outcome),
        inFlight: null,
        ...leftBy(state, { outcome: body.outcome, intent: null }),
        direction: 'back',
        course: body.course,
        turned: { reason: body.reason, gate: body.gate },
      };
    case 'paused':
      return {
        ...withOutcome(base, body.outcome),
        stopped: { stop: body.stop, reason: body.reason },
        ...(body.lost && { knownAtLoss: state.outcomes.length }),
      };
    case 'ended':
      return {
        ...withOutcome(base, body.outcome),
        ended: { result: body.result, reason: body.reason, at: record.at },
      };
  }
}

function tried(
  { attempts = {} }: DeploymentState,
  { intent, attempt = 1 }: Extract<JournalRecord['body'], { kind: 'step' }>,
): Pick<DeploymentState, 'attempts'> {
  if (intent === null || (attempts[intent] ?? 1) === attempt) return {};
  return { attempts: { ...attempts, [intent]: attempt } };
}

function requestedBy(
  { asked = {}, course }: DeploymentState,
  intent: string | null,
  at: number,
): Pick<DeploymentState, 'asked'> {
  const step = course.find(({ id }) => id === intent);
  const isNew =
    step?.action.kind === 'approve' && step.action.rules && !Object.hasOwn(asked, step.id);
  if (!isNew) return {};
  return { asked: { ...asked, [step.id]: at } };
}

function leftBy(
  { inFlight, left = [] }: DeploymentState,
  { outcome, intent }: Pick<Extract<JournalRecord['body'], { kind: 'step' }>, 'outcome' | 'intent'>,
): Pick<DeploymentState, 'left'> {
  if (outcome || inFlight === null || inFlight === intent || left.includes(inFlight)) return {};
  return { left: [...left, inFlight] };
}

/** A wish counts only for the deployment and the very plan that it was given for. */
export function isMeantFor({ id, plan }: DeploymentState, control: Control): boolean {
  return control.deployment === id && control.planHash === plan.hash;
}

function withOutcome(state: DeploymentState, outcome: Outcome | null): DeploymentState {
  if (!outcome) return state;
  return { ...state, outcomes: [...state.outcomes, outcome], inFlight: null };
}

/** The first step without a good outcome, counting one that is not recorded yet. */
export function nextStep(state: DeploymentState, unrecorded: Outcome | null): Step | null {
  const done = [...state.outcomes, unrecorded].filter((outcome) => outcome?.result === 'done');
  const ids = new Set(done.map((outcome) => outcome?.step));
  return state.course.find(({ id }) => !ids.has(id)) ?? null;
}

/** The step of the way back that undoes a hook, where it is what failed last. */
export function failedUndo({ direction, course, outcomes }: DeploymentState): Step | null {
  const last = outcomes.at(-1);
  const step = course.find(({ id }) => id === last?.step);
  const isUndo = direction === 'back' && last?.result === 'failed' && step?.action.kind === 'run';
  return isUndo ? step : null;
}

/** Steps of the plan that were begun, whatever became of them: what a way back has to undo. */
export function begunSteps(state: DeploymentState): readonly Step[] {
  const { outcomes, inFlight, left = [] } = state;
  const touched = new Set([...outcomes.map(({ step }) => step), ...left, inFlight]);
  return state.plan.steps.filter((step) => touched.has(step.id));
}

/** Where it is, in words. */
export const stepUnderWay = ({ course, inFlight }: DeploymentState): string =>
  course.find(({ id }) => id === inFlight)?.title ?? 'between two steps';
