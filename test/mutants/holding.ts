import { type Mutant, tests } from './mutant.ts';

const session = { file: 'src/engine/session.ts' } as const;
const holder = { file: 'src/engine/holder.ts' } as const;
const hold = { file: 'src/engine/hold.ts' } as const;
const clear = { file: 'src/engine/clear.ts' } as const;

/** Who may act on a target, and who takes over. */
export const HOLDING: readonly Mutant[] = [
  {
    file: 'src/engine/operate.ts',
    name: 'self-fence-missing',
    sentence: 'A holder acts on although nobody has heard of it for long.',
    find: '      await this.#session.mayAct();\n',
    replace: '',
    caughtBy: tests('engine/store-trouble'),
  },
  {
    ...session,
    name: 'sleep-unnoticed',
    sentence: 'A machine that slept trusts a clock that stood still meanwhile.',
    find: '      Math.abs(clock.wall() - this.#acknowledged.wall),\n',
    replace: '',
    caughtBy: tests('engine/wall-clock'),
  },
  {
    ...session,
    name: 'successor-not-looked-at',
    sentence: 'A holder that wakes does not look whether somebody took over.',
    find: 'if (successor) throw supersededError(new Superseded(successor));',
    replace: 'if (successor?.seq === 0) throw supersededError(new Superseded(successor));',
    caughtBy: tests('engine/holding'),
  },
  {
    ...session,
    name: 'no-heartbeat',
    sentence: 'A holder shows no sign of life.',
    find: 'await writeHeartbeat(this.world, this.journal.target, this.state);',
    replace: '',
    caughtBy: tests('engine/holding'),
  },
  {
    ...session,
    name: 'stale-pause-obeyed',
    sentence: 'A resume stops at once for a wish to pause that was meant for the former holder.',
    find: "if (!(stale && control.kind === 'pause')) this.attention.take(control);",
    replace: 'this.attention.take(control);',
    caughtBy: tests('engine/controls'),
  },
  {
    ...holder,
    name: 'ttl-not-waited',
    sentence: 'A holder elsewhere is taken for dead at the second look.',
    find: "return clock.monotonic() - this.#since < pace.ttl + pace.call ? 'unsure' : 'dead';",
    replace: "return 'dead';",
    caughtBy: tests('engine/holding'),
  },
  {
    ...holder,
    name: 'ttl-by-the-wall',
    sentence: 'The death of a holder is judged by a clock that people set.',
    find: 'const { clock, pace } = this.#world;\n    const beat',
    replace:
      'const { pace } = this.#world;\n    const clock = { monotonic: () => this.#world.clock.wall() };\n    const beat',
    caughtBy: tests('engine/holding'),
  },
  {
    ...holder,
    name: 'proven-death-ignored',
    sentence: 'A holder that died on this machine is waited for as if it were far away.',
    find: "if (world.provenDead(holder)) return 'dead';",
    replace: '',
    caughtBy: tests('engine/holding'),
  },
  {
    ...clear,
    name: 'living-holder-taken-over',
    sentence: 'A resume takes a deployment from a holder that lives.',
    find: "if ((newest.hold ?? (await judgeHold(world, newest, signal))) === 'alive')\n    throw heldError(state, world.clock.wall());\n  return drive(",
    replace: 'await judgeHold(world, newest, signal);\n  return drive(',
    caughtBy: tests('engine/holding'),
  },
  {
    ...clear,
    name: 'supersede-reject-ignored',
    sentence: 'A deployment that may not wait cancels the one that runs.',
    find: "const cancel = options.supersede === 'cancel-older';",
    replace: "const cancel = options.supersede !== 'queue';",
    caughtBy: tests('engine/controls'),
  },
  {
    ...clear,
    name: 'all-but-over-undone',
    sentence: 'A deployment that lacks only its last word is undone by the next one.',
    find: "return left.every(({ action }) => action.kind === 'retire');",
    replace: 'return left.length < 0;',
    caughtBy: tests('engine/controls'),
  },
  {
    ...hold,
    name: 'opened-over-unfinished',
    sentence: 'A deployment begins although another one is unfinished.',
    find: 'if (newest.state && !newest.state.ended) throw heldError(newest.state, world.clock.wall());',
    replace: '',
    caughtBy: tests('engine/holding'),
  },
  {
    ...hold,
    name: 'epoch-not-raised',
    sentence: 'Whoever takes over has the same epoch as the former holder.',
    find: 'epoch: state.epoch + 1',
    replace: 'epoch: state.epoch',
    caughtBy: tests('engine/holding'),
  },
];
