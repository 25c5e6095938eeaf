import { setTimeout } from 'node:timers/promises';
import type { RealFixture, Run } from '../fixture.ts';
import type { Blow } from './draw.ts';
import type { Expected } from './expected.ts';
import { journalOf, newestIn } from './ground.ts';

/** Far longer than anything takes here: what is not over by then is stuck. */
const LONGEST = 60_000;
/** What is promised from the first signal to the end of the process. */
const SETTLED = 6000;

/** How long a command takes and how many events it tells when nothing befalls it. */
export interface Usual {
  readonly took: number;
  readonly events: number;
}

export interface Act {
  readonly expected: Expected;
  /** Null where the process had ended before, or there was none. */
  readonly blow: Blow | null;
  /** Ms from a signal to the end of the process. */
  readonly settled: number | null;
  readonly story: string;
  readonly violations: readonly string[];
}

/** Runs one command to its end, whatever befalls it on the way. */
export async function act(
  fixture: RealFixture,
  expected: Expected,
  attack: { blow: Blow; usual: Usual } | null,
): Promise<Act> {
  const cwd = expected.elsewhere ? '/' : fixture.folder;
  const run = fixture.startIn(cwd, ...expected.words, '--output', 'json');
  const struck = attack ? strike(fixture, run, attack) : Promise.resolve(null);
  const isStuck = await outlasts(run, LONGEST);
  if (isStuck) run.child.kill('SIGKILL');
  await run.ended;
  const ended = performance.now();
  const at = await struck;
  const blow = at === null ? null : (attack?.blow ?? null);
  const settled = at === null || blow?.weapon === 'SIGKILL' ? null : ended - at;
  const line = expected.words.join(' ');
  const found = isStuck ? ['did not end'] : await wrongs(fixture, run, { expected, blow, settled });
  return {
    expected,
    blow,
    settled,
    story: `${line}${blow ? ` (${blow.victim} ${blow.weapon})` : ''}`,
    violations: found.map((what) => `${line} ${what}`),
  };
}

async function outlasts(run: Run, limit: number): Promise<boolean> {
  const over = new AbortController();
  const late = setTimeout(limit, true, { signal: over.signal }).catch(() => false);
  const isLate = await Promise.race([run.ended.then(() => false), late]);
  over.abort();
  return isLate;
}

/** When it struck; null when there was nobody left to strike. */
async function strike(
  fixture: RealFixture,
  run: Run,
  { blow, usual }: { blow: Blow; usual: Usual },
): Promise<number | null> {
  const ended = run.ended.then(() => 'ended');
  const due = dueAt(run, blow, usual).then(() => 'due');
  if ((await Promise.race([ended, due])) === 'ended') return null;
  const pid = await pidOf(fixture, run, blow).catch(() => null);
  if (!pid || !run.isRunning || !send(pid, blow)) return null;
  const at = performance.now();
  if (blow.again !== null) {
    await Promise.race([ended, setTimeout(blow.again)]);
    if (run.isRunning) send(pid, blow);
  }
  return at;
}

async function dueAt(run: Run, { share, afterEvent }: Blow, usual: Usual): Promise<void> {
  if (afterEvent === null) return setTimeout(share * usual.took);
  const number = Math.ceil(share * usual.events);
  await run.when(() => run.events.length >= number);
  await setTimeout(afterEvent);
}

async function pidOf(
  fixture: RealFixture,
  run: Run,
  { victim, share }: Blow,
): Promise<number | undefined> {
  if (victim === 'command') return run.child.pid;
  if (victim !== 'replica') return fixture.program(victim);
  const running = ((await fixture.keeper())?.replicas ?? []).filter(({ pid }) => pid !== null);
  return running[Math.floor(share * running.length)]?.pid ?? undefined;
}

function send(pid: number, { weapon }: Blow): boolean {
  try {
    return process.kill(pid, weapon);
  } catch {
    return false;
  }
}

interface Ended {
  readonly expected: Expected;
  readonly blow: Blow | null;
  readonly settled: number | null;
}

async function wrongs(
  fixture: RealFixture,
  run: Run,
  { expected, blow, settled }: Ended,
): Promise<string[]> {
  const { code, signal, stderr } = await run.ended;
  const hit = blow?.victim === 'command' ? blow.weapon : null;
  if (hit === 'SIGKILL' && signal === 'SIGKILL') return [];
  const interrupted = hit === null ? [] : [hit === 'SIGINT' ? 130 : 143];
  const allowed = [...expected.exits, ...interrupted];
  const state = hit === null ? null : await newestIn(journalOf(fixture.folder));
  // Not even a process that the signal ended at once may leave something that it had begun.
  const isOurs = state?.holder.pid === run.child.pid;
  const isOpen = isOurs && !state?.ended && !state?.stopped;
  const isWrong = signal === null ? !allowed.includes(code ?? -1) : signal !== hit;
  return [
    ...(isWrong ? [`ended with ${signal ?? code}, not ${allowed}: ${stderr}${tail(run)}`] : []),
    ...(isOpen ? [`left ${state?.id} as if it still ran, by ${signal ?? code}`] : []),
    ...((settled ?? 0) > SETTLED ? [`took ${settled?.toFixed(0)}ms after ${hit}`] : []),
  ];
}

const tail = (run: Run) =>
  run.events
    .slice(-4)
    .map((event) => `\n      ${JSON.stringify(event).slice(0, 400)}`)
    .join('');
