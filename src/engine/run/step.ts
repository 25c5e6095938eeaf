import type { Action, Approve, Check, Hold, Operation, Run, Step } from '../../contract/index.ts';
import { isOperation } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { linked, OVER } from '../../lib/linked-signal.ts';
import type { Session } from '../lock/session.ts';
import { emit } from '../world/world.ts';
import { attemptOf, keyOf } from './apply-context.ts';
import { approvalAnswersTo, approvalRefusal, decision } from './approval.ts';
import { type Denied, deniedEnd } from './denied-credentials.ts';
import { findDrift } from './drift.ts';
import { Vigil } from './drift-watch.ts';
import { fallen, undone } from './final-check.ts';
import { Gatekeeper, type Pending } from './gatekeeper.ts';
import { runHook } from './hook.ts';
import { lostBefore } from './lost-resource.ts';
import { type OperationEnd, operate } from './operation.ts';
import type { RunOrigin } from './origin.ts';
import { trackOf } from './reading-records.ts';
import { timingOf } from './timing.ts';
import { afterRoute, untilCarried, untilServed } from './traffic.ts';

/** What became of a step. `stopped`: the outside wanted it to end before it was done. */
export type StepEnd =
  | OperationEnd
  | Denied
  | {
      readonly end: 'failed';
      readonly reason: string;
      readonly gate: string;
      readonly logs: readonly string[];
    };

interface StepScene {
  readonly session: Session;
  readonly step: Step;
  /** The gates that watch meanwhile. */
  readonly keeper: Gatekeeper;
  readonly resumed: boolean;
  readonly attempt: number;
}

const STEP_DONE = { end: 'done' } as const;
const STEP_STOPPED = { end: 'stopped' } as const;
const stepFailed = (reason: string, logs: readonly string[] = []): StepEnd => ({
  end: 'failed',
  reason,
  logs,
});

/** Carries out one step under the eyes of its gates: whatever it waits for, a failing gate ends it. */
export function perform(session: Session, step: Step, resumed: boolean): Promise<StepEnd> {
  return watched(session, step, resumed).catch((error: unknown) => deniedEnd(session, error));
}

async function watched(session: Session, step: Step, resumed: boolean): Promise<StepEnd> {
  const keeper = new Gatekeeper(session, {
    step: step.id,
    gates: step.watch,
    track: 'candidate',
    atOnce: false,
  });
  keeper.begin();
  let end: StepEnd;
  try {
    const attempt = resumed ? attemptOf(session.state, step) : 1;
    end = await attempts({ session, step, keeper, resumed, attempt });
  } finally {
    await keeper.end();
  }
  const { failure } = keeper;
  return failure && end.end !== 'diverged'
    ? { end: 'failed', reason: failure.reason, gate: failure.gate, logs: [] }
    : end;
}

async function attempts(scene: StepScene): Promise<StepEnd> {
  const { session, step } = scene;
  for (let attempt = scene.attempt; ; attempt++) {
    if (attempt > scene.attempt)
      await session.record({ kind: 'step', outcome: null, intent: step.id, attempt });
    const end = await act({ ...scene, attempt }, step.action);
    if (end.end !== 'failed' || attempt >= step.attempts || scene.keeper.failure) return end;
    if (session.attention.wish) return end;
    emit(session, 'retrying', {
      step: step.id,
      error: end.reason,
      attempt,
      wait: 0,
    });
  }
}

function act(scene: StepScene, action: Action): Promise<StepEnd> {
  if (isOperation(action)) return changeStep(scene, action);
  switch (action.kind) {
    case 'check':
      return checkStep(scene, action);
    case 'hold':
    case 'bake':
      return holdStep(scene, action);
    case 'approve':
      return approveStep(scene, action);
    case 'run':
      return hooked(scene, action);
    default:
      throw new Error(`a step of the kind ${(action as Action).kind} was let through`);
  }
}

function originOf({ resumed, attempt }: StepScene): RunOrigin {
  if (resumed) return attempt > 1 ? 'resumed-retry' : 'resumed';
  return attempt > 1 ? 'retry' : 'first';
}

async function changeStep(scene: StepScene, operation: Operation): Promise<StepEnd> {
  const { session, step, keeper } = scene;
  const { windows } = session;
  if (operation.kind === 'route') windows.moving();
  const end = await linked([session.attention.operations, keeper.failed], (signal) =>
    operate(session, step, {
      operation,
      key: keyOf(session, step, scene.attempt),
      ready: async (left) => {
        if (operation.kind === 'retire') return untilServed(session, operation, { left, signal });
        if (operation.kind !== 'route') return null;
        return untilCarried(session, operation, {
          left,
          signal,
          undone: () => undone(session, step),
          lost: () => lostBefore(session, { step, operation }, signal),
        });
      },
      signal,
      origin: originOf(scene),
      direction: session.state.direction,
      drifted: () => findDrift(session, signal),
      undone: () => undone(session, step),
      fallen: () => fallen(session, step),
    }),
  );
  if (operation.kind === 'route')
    windows.steady({ carries: (operation.split[session.state.plan.release.id] ?? 0) > 0 });
  if (end.end === 'done' && operation.kind === 'route') await afterRoute(session, step, operation);
  // Where traffic follows the units, old connections follow them, too.
  if (end.end === 'done' && operation.kind === 'replace')
    await session.world.clock.sleep(timingOf(session).propagation, session.attention.operations);
  return end;
}

async function checkStep(scene: StepScene, action: Check): Promise<StepEnd> {
  const { session, step } = scene;
  const { clock } = session.world;
  const track = trackOf(action);
  const asking = new Gatekeeper(session, {
    step: step.id,
    gates: action.gates,
    track,
    atOnce: true,
  });
  const until = clock.monotonic() + step.deadline;
  asking.begin();
  try {
    await linked([session.attention.waits, scene.keeper.failed, asking.failed], async (ends) => {
      while (asking.pending().length > 0 && clock.monotonic() < until && !ends.aborted)
        await asking.nextReading(until - clock.monotonic(), ends);
    });
  } finally {
    await asking.end();
  }
  if (asking.failure) return { end: 'failed', ...asking.failure, logs: [] };
  const [first] = asking.pending();
  if (!first) return STEP_DONE;
  if (session.attention.wish) return STEP_STOPPED;
  return {
    end: 'failed',
    reason: `not passed within ${formatDuration(step.deadline)}: ${first.reason}`,
    gate: first.gate,
    logs: [],
  };
}

async function holdStep(scene: StepScene, action: Hold): Promise<StepEnd> {
  const { session, keeper } = scene;
  const { clock } = session.world;
  const skipped = skipWish(scene);
  const vigil = new Vigil(session);
  const ending = [
    session.attention.waits,
    keeper.failed,
    keeper.blinded,
    skipped.signal,
    vigil.found,
  ];
  try {
    await linked(ending, async (ends) => {
      await passTime(scene, action.duration, ends);
      const until = clock.monotonic() + action.extension;
      while (mayStillPass(keeper.pending()) && clock.monotonic() < until && !ends.aborted)
        await keeper.nextReading(until - clock.monotonic(), ends);
    });
  } finally {
    skipped.close();
    await vigil.close();
  }
  if (vigil.end) return vigil.end;
  if (keeper.failed.aborted) return stepFailed('a gate failed');
  if (session.attention.wish) return STEP_STOPPED;
  const unsettled = skipped.signal.aborted ? [] : keeper.unsettled();
  const [first] = unsettled.toSorted((a, b) => stepWeightOf(b) - stepWeightOf(a));
  if (!first) return STEP_DONE;
  const isSaid = first.verdict === 'fail' || first.blind === true;
  const reason = isSaid ? first.reason : `no verdict in time: ${first.reason}`;
  return { end: 'failed', reason, gate: first.gate, logs: [] };
}

/** What was watched before something had to be done again counts. */
async function passTime(
  { session, step }: StepScene,
  ms: number,
  ends: AbortSignal,
): Promise<void> {
  const { clock } = session.world;
  const begun = clock.monotonic();
  const watched = session.watched.get(step.id) ?? 0;
  await clock.sleep(Math.max(0, ms - watched), ends);
  session.watched.set(step.id, watched + clock.monotonic() - begun);
}

/** Of several gates the one that says most of what went wrong. */
const stepWeightOf = ({ verdict, blind }: Pending) => (verdict === 'fail' ? 2 : blind ? 1 : 0);

/** More time helps gates that cannot say yet, not one that says no. */
function mayStillPass(pending: readonly Pending[]): boolean {
  return pending.length > 0 && pending.every(({ verdict }) => verdict !== 'fail');
}

/** Aborts when somebody says `promote` while this step goes on. */
function skipWish({ session, step }: StepScene): { signal: AbortSignal; close(): void } {
  const skip = new AbortController();
  const close = new AbortController();
  const look = async () => {
    while (!close.signal.aborted && !skip.signal.aborted) {
      if (approvalAnswersTo(session, step).includes('promote')) skip.abort(OVER);
      else await session.attention.nextControl(close.signal);
    }
  };
  void look();
  return { signal: skip.signal, close: () => close.abort(OVER) };
}

async function approveStep(
  { session, step, keeper }: StepScene,
  action: Approve,
): Promise<StepEnd> {
  const vigil = new Vigil(session);
  const ended = [keeper.failed, vigil.found];
  const answer = await decision(session, step, { ...action, ended }).finally(() => vigil.close());
  if (vigil.end) return vigil.end;
  if (answer === 'yes') return STEP_DONE;
  if (answer === 'no') return stepFailed(approvalRefusal(session, step));
  return session.attention.wish
    ? STEP_STOPPED
    : stepFailed(`no approval within ${formatDuration(action.expires)}`);
}

async function hooked({ session, keeper }: StepScene, action: Run): Promise<StepEnd> {
  const failure = await runHook(session, action, keeper.failed);
  if (failure === null) return STEP_DONE;
  return session.attention.operations.aborted
    ? STEP_STOPPED
    : stepFailed(failure.reason, failure.logs);
}
