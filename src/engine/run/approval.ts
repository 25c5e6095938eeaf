import { type Approve, type Control, EXIT, type Step } from '../../contract/index.ts';
import { linked, OVER } from '../../lib/linked-signal.ts';
import { tokenId } from '../../lib/signed-message.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { ControlWish } from '../lock/send-control.ts';
import type { Session } from '../lock/session.ts';
import { WAITING } from '../lock/stop-requests.ts';
import { emit, type World } from '../world/world.ts';
import { type ApprovalQuestion, missingOf, tally, type VoteTally } from './approval-rules.ts';

interface AskedApproval extends Omit<Approve, 'kind'> {
  /** Whatever else ends the waiting. */
  readonly ended?: readonly AbortSignal[];
  /** So many commands had come before: a yes among them was said to something else. */
  readonly said?: number;
}

export function approvalAnswersTo(session: Session, step: Step): readonly string[] {
  return answersTo(session.state, step).map(({ kind }) => kind);
}

const answersTo = ({ controls }: DeploymentState, step: Step, said = 0): readonly Control[] =>
  controls
    .slice(said)
    .filter(({ during }) => during === step.id)
    .map(({ control }) => control);

const isYes = ({ kind }: Control) => kind === 'approve' || kind === 'promote';

/** Waits for people to say yes or no to this step; null when too few did, or something else ended it. */
export async function decision(
  session: Session,
  step: Step,
  asked: AskedApproval,
): Promise<'yes' | 'no' | null> {
  const { world, attention } = session;
  const question = await approvalQuestionOf(world, session.state, { step, asked });
  const told = new Set<string>();
  const answer = () => approvalAnswerOf(session, step, { question, told });
  const left = Math.min(asked.expires, Math.max(0, question.until - world.clock.wall()));
  const first = answer();
  if (first !== null || left === 0) return first;
  askPeople(session, step, { asked, question, left });
  if (!world.waitForApproval) attention.pause(WAITING, EXIT.waiting);
  const over = new AbortController();
  const cancel = world.clock.after(left, () => over.abort(OVER));
  await linked([attention.waits, over.signal, ...(asked.ended ?? [])], async (ends) => {
    let heard = answersTo(session.state, step).length;
    while (answer() === null && !ends.aborted) {
      await attention.nextControl(ends);
      const now = answersTo(session.state, step).length;
      if (now > heard && answer() === null)
        askPeople(session, step, { asked, question, left: question.until - world.clock.wall() });
      heard = now;
    }
  });
  cancel();
  return answer();
}

function askPeople(
  session: Session,
  step: Step,
  { asked, question, left }: { asked: AskedApproval; question: ApprovalQuestion; left: number },
): void {
  const missing = missingOf(question, approvalTallyOf(question, session.state, step));
  const words = missing === '' ? asked.question : `${asked.question} (${missing})`;
  emit(session, 'waiting', { step: step.id, question: words, expires: left });
}

/** A yes that does not count is told once, with the reason. */
function approvalAnswerOf(
  session: Session,
  step: Step,
  { question, told }: { question: ApprovalQuestion; told: Set<string> },
): 'yes' | 'no' | null {
  const { state } = session;
  const { yes, uncounted, quorum } = approvalTallyOf(question, state, step);
  for (const { control, why } of uncounted) {
    if (told.has(control.nonce)) continue;
    told.add(control.nonce);
    const message = `The approval by ${control.actor.name} does not count: ${why}.`;
    emit(session, 'notice', { level: 'warning', message });
  }
  if (approvalAnswersTo(session, step).includes('reject')) return 'no';
  return yes.length >= quorum ? 'yes' : null;
}

function approvalTallyOf(
  question: ApprovalQuestion,
  state: DeploymentState,
  step: Step,
): VoteTally {
  return tally(question, answersTo(state, step, question.said).filter(isYes));
}

async function approvalQuestionOf(
  world: World,
  state: DeploymentState,
  { step, asked }: { step: Step; asked: AskedApproval },
): Promise<ApprovalQuestion> {
  const { rules = {}, expires, said = 0 } = asked;
  const key = rules.key ? await world.secret?.(rules.key).catch(() => null) : null;
  return {
    rules,
    said,
    deployment: state.id,
    planHash: state.plan.hash,
    initiator: state.openedBy,
    until: (approvalAskedAt(state, step) ?? world.clock.wall()) + expires,
    key: key?.reveal() ?? null,
    spent: state.controls.flatMap(({ control, during }) =>
      control.token !== undefined && during !== step.id ? [tokenId(control.token)] : [],
    ),
  };
}

/** A question that a plan asks expires however often the deployment is left and resumed meanwhile. */
const approvalAskedAt = ({ asked = {} }: DeploymentState, { id, action }: Step) =>
  action.kind === 'approve' ? asked[id] : undefined;

/** Why a yes would not count at the question that this deployment waits at; null where it would, or only its holder can tell. */
export async function objectionTo(
  world: World,
  state: DeploymentState,
  wish: ControlWish,
): Promise<string | null> {
  const step = state.course.find(({ id }) => id === state.inFlight);
  if (step?.action.kind !== 'approve') return null;
  const question = await approvalQuestionOf(world, state, { step, asked: step.action });
  if (question.rules.key && wish.token && question.key === null) return null;
  const control: Control = {
    ...wish,
    deployment: state.id,
    planHash: state.plan.hash,
    at: world.clock.wall(),
    nonce: '',
  };
  const { uncounted } = tally(question, [...answersTo(state, step).filter(isYes), control]);
  return uncounted.find((one) => one.control === control)?.why ?? null;
}

/** Who said no to this step, and why as far as it was said. */
export function approvalRefusal({ state }: Session, step: Step): string {
  const no = answersTo(state, step).find(({ kind }) => kind === 'reject');
  const { name } = no?.actor ?? { name: 'somebody' };
  return no?.reason ? `rejected by ${name}: ${no.reason}` : `rejected by ${name}`;
}
