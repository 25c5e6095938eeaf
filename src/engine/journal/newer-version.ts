import {
  type Action,
  type DeployError,
  isDeployError,
  type JournalRecord,
  type Plan,
  type RecordBody,
  type Step,
} from '../../contract/index.ts';
import { newerPlan } from './errors.ts';

/** Decision 0017. The newest formats that this version reads. What is above them is newer, and not for it to act on. */
const RECORD_FORMAT = 2;
const PLAN_FORMAT = 1;

/** What a plan may need, besides what all versions know. */
const FEATURES: readonly string[] = ['baseline', 'approval-rules'];

const RECORDS: Readonly<Record<RecordBody['kind'], true>> = {
  opened: true,
  taken: true,
  step: true,
  gates: true,
  control: true,
  turned: true,
  paused: true,
  ended: true,
};

const ACTIONS: Readonly<Record<Action['kind'], true>> = {
  start: true,
  scale: true,
  route: true,
  replace: true,
  promote: true,
  retire: true,
  check: true,
  hold: true,
  bake: true,
  approve: true,
  run: true,
};

/** The members that records of all formats have. */
export type Envelope = Omit<JournalRecord, 'v' | 'body'> & {
  readonly v: number;
  readonly body: unknown;
};

/** What only a newer version understands of a record that is whole; null where this one knows it all. */
export function beyondRecord({ v, body }: Envelope): string | null {
  if (v > RECORD_FORMAT)
    return `its format is version ${v}, and this deployctl reads up to ${RECORD_FORMAT}`;
  const { kind, plan, course } = body as { kind: string; plan: Plan; course: readonly Step[] };
  if (!Object.hasOwn(RECORDS, kind))
    return `this deployctl does not know records of the kind ${JSON.stringify(kind)}`;
  if (kind === 'opened') return beyondPlan(plan);
  return kind === 'turned' ? beyondSteps(course) : null;
}

function beyondPlan({ v, needs = [], steps }: Plan): string | null {
  if (v > PLAN_FORMAT)
    return `its plan has format ${v}, and this deployctl reads up to ${PLAN_FORMAT}`;
  const unknown = needs.find((feature) => !FEATURES.includes(feature));
  if (unknown !== undefined)
    return `its plan needs ${JSON.stringify(unknown)}, which this deployctl lacks`;
  return beyondSteps(steps);
}

function beyondSteps(steps: readonly Step[]): string | null {
  const step = steps.find(({ action }) => !Object.hasOwn(ACTIONS, action.kind));
  return step
    ? `this deployctl does not know steps of the kind ${JSON.stringify(step.action.kind)}`
    : null;
}

/** Throws for a plan that this version must not carry out. */
export function expectKnown(plan: Plan): void {
  const why = beyondPlan(plan);
  if (why !== null) throw newerPlan(why);
}

export const isNewer = (error: unknown): error is DeployError =>
  isDeployError(error) && error.code === 'journal-newer';
