import {
  type Action,
  type CommonSettings,
  type Hook,
  type OnFailure,
  PHASES,
  type Phase,
  type Step,
} from '../../src/contract/index.ts';

/** A step before it has a place in the plan: what differs from one to the next. */
export interface Draft {
  readonly phase: Phase;
  readonly title: string;
  readonly action: Action;
  /** Percent of the traffic on the candidate while it goes on. */
  readonly weight: number;
  readonly best: number;
  readonly deadline: number;
  /** When it gives up earlier than its deadline says. */
  readonly worst?: number;
  readonly watch?: readonly string[];
  readonly attempts?: number;
  readonly onFailure?: OnFailure | null;
}

type Policy = Pick<CommonSettings, 'onFailure' | 'hooks'>;

/** Puts the drafts in the order of their phases, with the user's hooks around each, and numbers them. */
export function course(drafts: readonly Draft[], policy: Policy): readonly Step[] {
  const ordered: Draft[] = [];
  for (const phase of PHASES) {
    const own = drafts.filter((draft) => draft.phase === phase);
    // The hooks of a phase without a step of its own run at its place, but nothing is said to be
    // retired while it still stands.
    const { before = [], after = [] } =
      phase === 'retire' && own.length === 0 ? {} : (policy.hooks[phase] ?? {});
    ordered.push(...before.map((hook) => run(phase, hook, courseWeightOf(ordered))));
    ordered.push(...own);
    ordered.push(...after.map((hook) => run(phase, hook, courseWeightOf(ordered))));
  }
  const width = Math.max(2, String(ordered.length).length);
  return ordered.map((draft, index) =>
    toStep(draft, String(index + 1).padStart(width, '0'), policy),
  );
}

function courseWeightOf(drafts: readonly Draft[]): number {
  return drafts.at(-1)?.weight ?? 0;
}

function run(phase: Phase, hook: Hook, weight: number): Draft {
  const { name, run: command, timeout, undo } = hook;
  return {
    phase,
    title: `run ${name}`,
    action: { kind: 'run', name, command, timeout, undo },
    weight,
    best: 0,
    deadline: timeout,
  };
}

function toStep(draft: Draft, number: string, policy: Policy): Step {
  const { phase, title, action, weight, best, deadline, watch = [], attempts = 1 } = draft;
  const worst = draft.worst ?? deadline * attempts;
  return {
    id: `${number}-${action.kind}`,
    phase,
    title,
    action,
    watch,
    onFailure: draft.onFailure ?? policy.onFailure[phase] ?? fallback(phase),
    deadline,
    attempts,
    estimate: { best: Math.min(best, worst), worst, weight },
  };
}

/** A clean-up that fails is no reason to take a proven version away again, least of all to one half removed. */
function fallback(phase: Phase): OnFailure {
  return phase === 'retire' ? 'hold' : 'rollback';
}

export function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}
