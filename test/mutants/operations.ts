import { type Mutant, named, storms, tests } from './mutant.ts';

const operate = { file: 'src/engine/operate.ts' } as const;
const drive = { file: 'src/engine/drive.ts' } as const;
const traffic = { file: 'src/engine/traffic.ts' } as const;
const trouble = tests('engine/provider-trouble');

/** How steps are carried out, sent again and given up. */
export const OPERATIONS: readonly Mutant[] = [
  {
    ...operate,
    name: 'apply-believed',
    sentence: 'An accepted call counts as done without being read back.',
    find: 'const end = await this.#settle(sent, left);',
    replace:
      "const end: OperationEnd | null =\n        sent === 'accepted' ? { end: 'done' } : await this.#settle(sent, left);",
    caughtBy: trouble,
  },
  {
    file: 'src/engine/perform.ts',
    name: 'resumed-without-a-look',
    sentence: 'What was in flight when a holder died is sent again without a look.',
    find: 'lookFirst: scene.resumed,',
    replace: 'lookFirst: false,',
    caughtBy: named('blue-green, then resume', 'simulation/kill-points'),
  },
  {
    ...operate,
    name: 'lost-answer-sent-again',
    sentence: 'A call with an unknown outcome is repeated blindly.',
    find: "if (typeof sent === 'object') return sent;",
    replace:
      "if (typeof sent === 'object') return sent;\n      if (sent === 'lost') {\n        await this.#session.world.clock.sleep(1000);\n        continue;\n      }",
    caughtBy: trouble,
  },
  {
    file: 'src/engine/arrival.ts',
    name: 'old-copy-believed',
    sentence: 'An end is believed from a look that may show what was before the last change.',
    find: 'if (clear <= 0) return sight;',
    replace: 'if (clear <= Infinity) return sight;',
    caughtBy: tests('engine/came-undone'),
  },
  {
    ...operate,
    name: 'lost-answer-forgotten',
    sentence: 'Nobody waits until a call whose answer was lost can arrive no more.',
    find: "if (failure === 'unknown') this.#session.lostAnswer();",
    replace: '',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'lost-call-overtaken',
    sentence: 'The next change is sent while a lost one may still arrive.',
    find: "if (!options.repeated && (!options.persistent || operation.kind === 'replace'))\n    await session.quiet(options.signal);",
    replace: '',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'permanent-tried-again',
    sentence: 'What the platform refuses for good is tried until the deadline.',
    find: "if (!this.#options.persistent) return { end: 'failed', reason: message, logs: [] };",
    replace: '',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'fence-of-platform-ignored',
    sentence: 'Whoever is refused as a former holder by the platform tries again.',
    find: "if (failure === 'fenced') throw error;",
    replace: '',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'retry-after-ignored',
    sentence: 'A throttled call does not wait as long as it was asked to.',
    find: 'backoff(world, this.#tries, asked)',
    replace: 'backoff(world, this.#tries)',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'step-deadline-ignored',
    sentence: 'A step goes on for ten minutes, whatever time the plan gives it.',
    find: 'const left = () => step.deadline - (',
    replace: 'const left = () => 600_000 - (',
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'step-timed-by-the-wall',
    sentence: 'The time of a step is measured by a clock that people set.',
    find: 'const started = session.world.clock.monotonic();\n  const left = () => step.deadline - (session.world.clock.monotonic() - started);',
    replace:
      'const started = session.world.clock.wall();\n  const left = () => step.deadline - (session.world.clock.wall() - started);',
    caughtBy: tests('engine/wall-clock'),
  },
  {
    ...operate,
    name: 'drift-overwritten',
    sentence: 'Traffic that other hands have moved is moved on by the next operation.',
    find: 'const drift = options.repeated ? null : await options.drifted();',
    replace: 'const drift = options.repeated ? await options.drifted() : null;',
    caughtBy: tests('engine/drift'),
  },
  {
    file: 'src/engine/drift.ts',
    name: 'drift-unseen-in-a-hold',
    sentence: 'Gates judge traffic that other hands have moved, until the next operation.',
    find: 'while (!this.end && !over.aborted) {',
    replace: 'while (this.end && !over.aborted) {',
    caughtBy: tests('engine/drift'),
  },
  {
    file: 'src/engine/perform.ts',
    name: 'drift-unseen-in-an-approval',
    sentence: 'A yes is taken for traffic that other hands have moved.',
    find: "  if (drift.end) return drift.end;\n  if (answer === 'yes') return DONE;",
    replace: "  if (answer === 'yes') return DONE;",
    caughtBy: tests('engine/drift'),
  },
  {
    file: 'src/engine/drift.ts',
    name: 'lag-taken-for-drift',
    sentence: 'A reading of what was before our own change stops the deployment.',
    find: 'await session.world.clock.sleep(Math.max(readLag, poll), signal);',
    replace: 'await session.world.clock.sleep(poll, signal);',
    caughtBy: tests('engine/drift'),
  },
  {
    file: 'src/engine/settle.ts',
    name: 'diverged-overwritten',
    sentence: 'A change by other hands is taken for a failure and overwritten.',
    find: "if (end.end === 'diverged' && attention.wish !== 'turn')",
    replace: "if (end.end === 'diverged' && attention.wish === 'turn')",
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'way-back-gives-up',
    sentence: 'The first refusal on the way back ends it.',
    find: '    const { world } = this.#session;\n    const wait = Math.max(world.pace.verifyLongest',
    replace:
      "    if (seen.state === 'failed') return { end: 'failed', reason: seen.reason, logs: [] };\n    const { world } = this.#session;\n    const wait = Math.max(world.pace.verifyLongest",
    caughtBy: trouble,
  },
  {
    ...operate,
    name: 'epoch-not-sent',
    sentence: 'Calls do not carry the epoch of their holder, so no platform can refuse an old one.',
    find: 'fence: state.epoch };',
    replace: 'fence: 0 };',
    caughtBy: storms(50),
  },
  {
    file: 'src/engine/bounds.ts',
    name: 'calls-without-bound',
    sentence: 'A call that is never answered is waited for.',
    find: 'world.clock.after(within, giveUp)',
    replace: 'world.clock.after(within * 1000, giveUp)',
    caughtBy: trouble,
  },
  {
    ...drive,
    name: 'intent-after-the-effect',
    sentence: 'A step is recorded as begun when it is over.',
    find: `  if (!resumed) await session.record({ kind: 'step', outcome, intent: step.id });
  emit(world, state.id, 'step-begun', {
    step,
    number: course.indexOf(step) + 1,
    of: course.length,
    direction,
  });
  const begun = world.clock.monotonic();
  const end = await perform(session, step, resumed);`,
    replace: `  const begun = world.clock.monotonic();
  const end = await perform(session, step, resumed);
  emit(world, state.id, 'step-begun', { step, number: course.indexOf(step) + 1, of: course.length, direction });
  if (!resumed) await session.record({ kind: 'step', outcome, intent: step.id });`,
    caughtBy: storms(50),
  },
  {
    ...drive,
    name: 'intent-not-awaited',
    sentence: 'A step begins before its intent is durable.',
    find: 'if (!resumed) await session.record(',
    replace: 'if (!resumed) void session.record(',
    caughtBy: named('nothing is done before its intent', 'engine/store-trouble'),
  },
  {
    ...drive,
    name: 'whole-deadline-ignored',
    sentence: 'A deployment is not turned round when its whole time is over.',
    find: "if (deadline !== null && session.state.direction === 'forward') {",
    replace: 'if (deadline === -1) {',
    caughtBy: tests('engine/drive'),
  },
  {
    ...traffic,
    name: 'route-without-capacity',
    sentence: 'A release gets traffic that it has no healthy capacity for.',
    find: 'if (capacity < needed) {',
    replace: 'if (capacity < 0) {',
    caughtBy: tests('engine/drive'),
  },
  {
    ...traffic,
    name: 'propagation-not-waited-out',
    sentence: 'The next step begins while old connections still reach the former release.',
    find: 'await world.clock.sleep(await propagation(session, step, signal), signal);',
    replace: 'await propagation(session, step, signal);',
    caughtBy: tests('engine/drive'),
  },
  {
    ...traffic,
    name: 'propagation-skipped-unseen',
    sentence: 'A look that fails after a route makes the next step begin at once.',
    find: 'if (known) return known.timing.propagation;\n  const until = world.clock.monotonic() + step.deadline;',
    replace: 'const until = world.clock.monotonic() + Math.min(world.pace.call, step.deadline);',
    caughtBy: tests('engine/propagation'),
  },
  {
    ...traffic,
    name: 'propagation-unknown-to-a-successor',
    sentence: 'Whoever takes over in the middle of a route does not wait for old connections.',
    find: 'const until = world.clock.monotonic() + step.deadline;\n  const { seen }',
    replace: 'const until = world.clock.monotonic();\n  const { seen }',
    caughtBy: tests('engine/propagation'),
  },
];
