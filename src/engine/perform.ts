import type {
  Action,
  Approve,
  Check,
  Hold,
  Observation,
  Operation,
  Route,
  Run,
  Step,
} from '../contract/index.ts';
import { EXIT, isOperation } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { WAITING } from './attention.ts';
import { undone } from './arrival.ts';
import { bounded } from './bounds.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { look } from './look.ts';
import { type OperationEnd, operate } from './operate.ts';
import type { Session } from './session.ts';
import { emit } from './world.ts';

/** What became of a step. `stopped`: the outside wanted it to end before it was done. */
export type StepEnd =
  | OperationEnd
  | {
      readonly end: 'failed';
      readonly reason: string;
      readonly gate: string;
      readonly logs: readonly string[];
    };

interface Scene {
  readonly session: Session;
  readonly step: Step;
  /** The gates that watch meanwhile. */
  readonly keeper: Gatekeeper;
  readonly resumed: boolean;
}

const DONE = { end: 'done' } as const;
const STOPPED = { end: 'stopped' } as const;
const failed = (reason: string, logs: readonly string[] = []): StepEnd => ({
  end: 'failed',
  reason,
  logs,
});

/** Carries out one step under the eyes of its gates: whatever it waits for, a failing gate ends it. */
export async function perform(session: Session, step: Step, resumed: boolean): Promise<StepEnd> {
  const keeper = new Gatekeeper(session, {
    step: step.id,
    gates: step.watch,
    track: 'candidate',
    atOnce: false,
  });
  keeper.begin();
  let end: StepEnd;
  try {
    end = await attempts({ session, step, keeper, resumed });
  } finally {
    await keeper.end();
  }
  const { failure } = keeper;
  return failure && end.end !== 'diverged'
    ? { end: 'failed', reason: failure.reason, gate: failure.gate, logs: [] }
    : end;
}

async function attempts(scene: Scene): Promise<StepEnd> {
  const { session, step } = scene;
  for (let attempt = 1; ; attempt++) {
    const end = await act(scene, step.action);
    if (end.end !== 'failed' || attempt >= step.attempts || scene.keeper.failure) return end;
    if (session.attention.wish) return end;
    emit(session.world, session.state.id, 'retrying', {
      step: step.id,
      error: end.reason,
      attempt,
      wait: 0,
    });
  }
}

function act(scene: Scene, action: Action): Promise<StepEnd> {
  if (isOperation(action)) return change(scene, action);
  switch (action.kind) {
    case 'check':
      return check(scene, action);
    case 'hold':
    case 'bake':
      return hold(scene, action);
    case 'approve':
      return approve(scene, action);
    case 'run':
      return runHook(scene, action);
  }
}

async function change(scene: Scene, operation: Operation): Promise<StepEnd> {
  const { session, step, keeper } = scene;
  const back = session.state.direction === 'back';
  const signal = AbortSignal.any([session.attention.operations, keeper.failed]);
  if (operation.kind === 'route') {
    const end = await untilCarried(session, operation, { deadline: step.deadline, signal });
    if (end) return end;
  }
  const end = await operate(session, step, operation, {
    signal,
    lookFirst: scene.resumed,
    persistent: back,
    undone: () => undone(session, step),
  });
  if (end.end === 'done' && operation.kind === 'route') await afterRoute(session, operation);
  return end;
}

const UNREADY = 1000;

/**
 * No track gets weight that it has no verified healthy capacity for: it is waited for until the
 * step's time is over. On the way back, any that serves will do.
 */
async function untilCarried(
  { world, state }: Session,
  route: Route,
  { deadline, signal }: { deadline: number; signal: AbortSignal },
): Promise<StepEnd | null> {
  const until = world.clock.monotonic() + deadline;
  const back = state.direction === 'back';
  let said = '';
  for (;;) {
    const sight = await look(world, { until, signal });
    const missing = sight.seen && missingCapacity(sight.seen, route, back);
    if (sight.seen && !missing) return null;
    if (signal.aborted) return STOPPED;
    if (!sight.seen) return { end: 'unreachable', reason: sight.trouble };
    if (missing && world.clock.monotonic() >= until) return failed(missing);
    const step = state.inFlight ?? '';
    if (missing && missing !== said) emit(world, state.id, 'step-progress', { step, message: missing });
    said = missing ?? '';
    await world.clock.sleep(UNREADY, signal);
  }
}

function missingCapacity({ releases }: Observation, route: Route, back: boolean): string | null {
  for (const [id, weight] of Object.entries(route.split)) {
    if (weight === 0) continue;
    const release = releases.find((candidate) => candidate.id === id);
    const capacity = release?.capacity ?? 0;
    const needed = back ? Math.min(weight, 1) : weight;
    if (capacity < needed) {
      return `${id} has healthy capacity for ${Math.floor(capacity)} % of the traffic and would get ${weight} %${release?.note ? ` (${release.note})` : ''}`;
    }
  }
  return null;
}

/** Old connections may still reach the former release for a while; gates and batches wait that out. */
async function afterRoute(session: Session, route: Route): Promise<void> {
  const { world, state, attention } = session;
  const { plan } = state;
  const stable = plan.before.live?.id ?? null;
  emit(world, state.id, 'routed', { split: route.split, stable, candidate: plan.release.id });
  const signal = attention.operations;
  const { seen } = await look(world, { until: world.clock.monotonic() + world.pace.call, signal });
  await world.clock.sleep(seen?.capabilities.propagation ?? 0, signal);
}

async function check(scene: Scene, action: Check): Promise<StepEnd> {
  const { session, step } = scene;
  const { clock } = session.world;
  const track = action.release === null ? 'stable' : 'candidate';
  const asking = new Gatekeeper(session, {
    step: step.id,
    gates: action.gates,
    track,
    atOnce: true,
  });
  const until = clock.monotonic() + step.deadline;
  asking.begin();
  try {
    const ends = AbortSignal.any([session.attention.waits, scene.keeper.failed, asking.failed]);
    while (asking.pending().length > 0 && clock.monotonic() < until && !ends.aborted)
      await asking.nextReading(until - clock.monotonic(), ends);
  } finally {
    await asking.end();
  }
  if (asking.failure) return { end: 'failed', ...asking.failure, logs: [] };
  const [first] = asking.pending();
  if (!first) return DONE;
  if (session.attention.wish) return STOPPED;
  return {
    end: 'failed',
    reason: `no pass within ${formatDuration(step.deadline)}: ${first.reason}`,
    gate: first.gate,
    logs: [],
  };
}

async function hold(scene: Scene, action: Hold): Promise<StepEnd> {
  const { session, keeper } = scene;
  const { clock } = session.world;
  const skipped = skipWish(scene);
  const ends = AbortSignal.any([session.attention.waits, keeper.failed, skipped.signal]);
  try {
    await clock.sleep(action.duration, ends);
    const until = clock.monotonic() + action.extension;
    while (keeper.pending().length > 0 && clock.monotonic() < until && !ends.aborted)
      await keeper.nextReading(until - clock.monotonic(), ends);
  } finally {
    skipped.close();
  }
  if (keeper.failed.aborted) return failed('a gate failed');
  if (session.attention.wish) return STOPPED;
  const [first] = skipped.signal.aborted ? [] : keeper.pending();
  return first
    ? { end: 'failed', reason: `no verdict in time: ${first.reason}`, gate: first.gate, logs: [] }
    : DONE;
}

/** Aborts when somebody says `promote` while this step goes on. */
function skipWish({ session, step }: Scene): { signal: AbortSignal; close(): void } {
  const skip = new AbortController();
  const close = new AbortController();
  const look = async () => {
    while (!close.signal.aborted && !skip.signal.aborted) {
      if (answersTo(session, step).includes('promote')) skip.abort();
      else await session.attention.nextControl(close.signal);
    }
  };
  void look();
  return { signal: skip.signal, close: () => close.abort() };
}

function answersTo(session: Session, step: Step): readonly string[] {
  return session.state.controls
    .filter(({ during }) => during === step.id)
    .map(({ control }) => control.kind);
}

async function approve({ session, step, keeper }: Scene, action: Approve): Promise<StepEnd> {
  const answer = await decision(session, step, action.question, action.expires, keeper.failed);
  if (answer === 'yes') return DONE;
  if (answer === 'no') return failed('a person said no');
  return session.attention.wish
    ? STOPPED
    : failed(`nobody approved within ${formatDuration(action.expires)}`);
}

/** Waits for somebody to say yes or no to this step; null when nobody did, or something else ended it. */
export async function decision(
  session: Session,
  step: Step,
  question: string,
  expires: number,
  ended: AbortSignal = new AbortController().signal,
): Promise<'yes' | 'no' | null> {
  const { world, attention, state } = session;
  if (!given(session, step)) {
    emit(world, state.id, 'waiting', { step: step.id, question, expires });
    if (!world.waitForApproval) attention.pause(WAITING, EXIT.waiting);
  }
  const over = new AbortController();
  const closing = new AbortController();
  void world.clock.sleep(expires, closing.signal).then(() => over.abort());
  const ends = AbortSignal.any([attention.waits, ended, over.signal]);
  while (!given(session, step) && !ends.aborted) await attention.nextControl(ends);
  closing.abort();
  return given(session, step);
}

function given(session: Session, step: Step): 'yes' | 'no' | null {
  const answers = answersTo(session, step);
  if (answers.includes('reject')) return 'no';
  return answers.includes('approve') || answers.includes('promote') ? 'yes' : null;
}

async function runHook(scene: Scene, action: Run): Promise<StepEnd> {
  const { session, keeper } = scene;
  const command =
    session.state.direction === 'back' ? (action.undo ?? action.command) : action.command;
  const signal = AbortSignal.any([session.attention.operations, keeper.failed]);
  await session.mayAct();
  const { timeout } = action;
  const { world } = session;
  const { code, output } = await bounded(world, () => world.run(command, { timeout, signal }), {
    what: action.name,
    within: timeout + world.pace.call,
    signal,
  }).catch((error: Error) => ({ code: -1, output: error.message }));
  if (code === 0) return DONE;
  const logs = output.trimEnd().split('\n').slice(-20);
  return session.attention.operations.aborted
    ? STOPPED
    : failed(`${action.name} exited with code ${code}`, logs);
}
