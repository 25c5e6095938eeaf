import { EXIT, type ExitCode, type Reporter, type Store } from '../../contract/index.ts';
import { type DeploymentState, describeHolder, readChapterSince } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { typedAgain } from '../shell/typed-again.ts';
import type { Scope } from '../target/scope.ts';
import { Story } from './events-of-records.ts';
import { reporterFor } from './open-run.ts';

const WATCH_LOOK_INTERVAL_MS = 250;

interface Following {
  readonly input: Input;
  readonly composition: Composition;
  readonly store: Store;
  readonly reporter: Reporter;
  readonly state: DeploymentState;
  readonly signal: AbortSignal;
}

/** Tells the story so far and then each new record, until the deployment ends or its holder lets go. */
export async function watchRun(
  input: Input,
  { composition, store, workspace }: Scope,
  state: DeploymentState,
): Promise<ExitCode> {
  const reporter = await reporterFor(input, workspace);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, input.io.readerGone]);
  const unlisten = input.io.signals.listen(() => stop.abort());
  try {
    const exit = await follow({ input, composition, store, reporter, state, signal });
    return exit ?? (stop.signal.aborted ? EXIT.interrupted : EXIT.done);
  } finally {
    unlisten();
    await reporter.close?.();
  }
}

/** Null when nobody watches any more. */
async function follow(following: Following): Promise<ExitCode | null> {
  const { input, store, reporter, state, signal } = following;
  const log = { store, target: state.plan.target.id };
  const story = new Story();
  for (let seq = state.chapter; !signal.aborted; ) {
    const records = await readChapterSince(log, state.chapter, seq);
    for (const record of records) for (const event of story.next(record)) reporter.report(event);
    seq += records.length;
    const exit = exitOf(following, story.state ?? state);
    if (exit !== null) return exit;
    await input.io.clock.sleep(Math.max(WATCH_LOOK_INTERVAL_MS, store.limits.poll), signal);
  }
  return null;
}

/** Null as long as somebody drives it. */
function exitOf({ input, composition }: Following, now: DeploymentState): ExitCode | null {
  if (now.ended) return now.ended.result === 'succeeded' ? EXIT.done : EXIT.rolledBack;
  if (now.stopped) return EXIT.waiting;
  return composition.machine.provenDead(now.holder) ? left(input, now) : null;
}

function left(input: Input, { id, holder }: DeploymentState): ExitCode {
  const { stderr } = input.io;
  const commands = [`deployctl resume ${id}`, `deployctl rollback ${id}`];
  stderr.write(`${describeHolder(holder)} is gone; ${id} stopped where it was.\n`);
  stderr.write(`Next: ${commands.map((line) => typedAgain(input, line)).join('   or   ')}\n`);
  return EXIT.waiting;
}
