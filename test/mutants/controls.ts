import { type Mutant, tests } from './mutant.ts';

const attention = {
  file: 'src/engine/lock/stop-requests.ts',
  caughtBy: tests('engine/lock/stop-requests'),
} as const;
const approval = {
  file: 'src/engine/run/approval.ts',
  caughtBy: tests('engine/lock/control'),
} as const;
const rules = {
  file: 'src/engine/run/approval-rules.ts',
  caughtBy: tests('engine/run/approval'),
} as const;
const state = {
  file: 'src/engine/journal/state.ts',
  caughtBy: tests('engine/lock/control'),
} as const;
const plan = { file: 'src/engine/plan/plan.ts', caughtBy: tests('engine/plan/plan') } as const;

/** What people say, by signal, by control and by plan. */
export const CONTROLS: readonly Mutant[] = [
  {
    ...state,
    name: 'approval-for-another-plan',
    sentence: 'A yes to one plan lets another one go on.',
    find: ' && control.planHash === plan.hash;',
    replace: ' && control.planHash !== plan.target.id;',
  },
  {
    ...state,
    name: 'control-for-another-deployment',
    sentence: 'A wish for another deployment is obeyed.',
    find: 'return control.deployment === id && ',
    replace: 'return id.length > 0 && ',
  },
  {
    ...approval,
    name: 'approval-of-another-step',
    sentence: 'A yes to one step answers every later one.',
    find: '.filter(({ during }) => during === step.id)',
    replace: '.filter(() => step.id.length > 0)',
  },
  {
    ...approval,
    name: 'no-is-yes',
    sentence: 'A rejection counts as an approval.',
    find: "includes('reject')) return 'no';",
    replace: "includes('reject')) return 'yes';",
    caughtBy: tests('engine/run/loop'),
  },
  {
    ...approval,
    name: 'question-never-expires',
    sentence: 'A question that nobody answers is asked for ever.',
    find: 'world.clock.after(left, ',
    replace: 'world.clock.after(left * 1000, ',
  },
  {
    ...approval,
    name: 'yes-to-what-was-asked-before',
    sentence: 'A yes to one question answers the next one of the same step.',
    find: 'answersTo(state, step, question.said)',
    replace: 'answersTo(state, step, 0)',
    caughtBy: tests('engine/run/approval'),
  },
  {
    ...rules,
    name: 'token-counts-twice',
    sentence: 'A token that was sent before counts again.',
    find: 'id !== null && used.has(id)',
    replace: 'id === null && used.size > 1e9',
  },
  {
    ...rules,
    name: 'token-for-any-plan',
    sentence: 'A signed yes to one plan counts for another one.',
    find: 'if (data.plan !== planHash)',
    replace: 'if (typeof data.plan !== typeof planHash)',
  },
  {
    ...rules,
    name: 'initiator-approves',
    sentence: 'Who began a deployment approves it, where somebody else must.',
    find: 'rules.notInitiator && isSameName(',
    replace: 'rules.notInitiator && !isSameName(',
  },
  {
    file: 'src/engine/run/step.ts',
    name: 'expiry-is-yes',
    sentence: 'A question that nobody answered in time counts as approved.',
    find: "if (answer === 'no') return stepFailed(approvalRefusal(session, step));",
    replace:
      "if (answer === 'no') return stepFailed(approvalRefusal(session, step));\n  if (!session.attention.wish) return STEP_DONE;",
    caughtBy: tests('engine/lock/control'),
  },
  {
    ...attention,
    name: 'second-signal-ignored',
    sentence: 'A second Ctrl-C still waits for what is in flight.',
    find: 'else if (this.#pause.signal.aborted) this.#leaveNow();',
    replace: 'else if (this.#pause.signal.aborted) return;',
  },
  {
    ...attention,
    name: 'one-press-counts-twice',
    sentence: 'A key press that arrives twice does not wait for what is in flight.',
    find: 'now - this.#heardAt < SAME_PRESS',
    replace: 'now - this.#heardAt < 0',
  },
  {
    ...attention,
    name: 'settles-without-bound',
    sentence: 'After a signal an operation that hangs is waited for without end.',
    find: 'if (this.#pause === pause) this.#leaveNow();',
    replace: 'if (this.#pause !== pause) this.#leaveNow();',
  },
  {
    ...attention,
    name: 'signal-lost-in-turning',
    sentence: 'A signal is forgotten when the deployment turns round meanwhile.',
    find: "[{ isSignalled: true, isPausing: true }, 'rest-soon'],",
    replace: '',
  },
  {
    ...plan,
    name: 'saved-plan-edited',
    sentence: 'A saved plan that somebody changed is run.',
    find: 'if (!(plan.v >= 1) || hashOf(unhashed) !== hash) throw',
    replace: 'if (!(plan.v >= 1) || hashOf(unhashed) === "") throw',
  },
  {
    ...plan,
    name: 'saved-plan-outdated',
    sentence: 'A saved plan is run although something else is live by now.',
    find: 'now.live?.id === plan.before.live?.id && hashOf(now.split) === hashOf(plan.before.split)',
    replace:
      'now.live?.id === plan.before.live?.id || hashOf(now.split) === hashOf(plan.before.split)',
  },
  {
    ...plan,
    name: 'foreign-owner-ignored',
    sentence: 'What another tool owns is changed.',
    find: 'if (observation.owner) throw',
    replace: 'if (observation.owner && observation.owner === live?.id) throw',
  },
];
