import { EXIT, type Step } from '../../contract/index.ts';
import { linked, OVER } from '../../lib/linked.ts';
import type { Session } from '../lock/session.ts';
import { WAITING } from '../lock/stop-requests.ts';
import { emit } from '../world/world.ts';

export function approvalAnswersTo(session: Session, step: Step): readonly string[] {
  return session.state.controls
    .filter(({ during }) => during === step.id)
    .map(({ control }) => control.kind);
}

interface Inquiry {
  readonly question: string;
  /** After so many ms nobody is waited for any more. */
  readonly expires: number;
  /** Whatever else ends the waiting. */
  readonly ended?: readonly AbortSignal[];
}

/** Waits for somebody to say yes or no to this step; null when nobody did, or something else ended it. */
export async function decision(
  session: Session,
  step: Step,
  { question, expires, ended = [] }: Inquiry,
): Promise<'yes' | 'no' | null> {
  const { world, attention } = session;
  if (!approvalGiven(session, step)) {
    emit(session, 'waiting', { step: step.id, question, expires });
    if (!world.waitForApproval) attention.pause(WAITING, EXIT.waiting);
  }
  const over = new AbortController();
  const cancel = world.clock.after(expires, () => over.abort(OVER));
  await linked([attention.waits, over.signal, ...ended], async (ends) => {
    while (!approvalGiven(session, step) && !ends.aborted) await attention.nextControl(ends);
  });
  cancel();
  return approvalGiven(session, step);
}

function approvalGiven(session: Session, step: Step): 'yes' | 'no' | null {
  const answers = approvalAnswersTo(session, step);
  if (answers.includes('reject')) return 'no';
  return answers.includes('approve') || answers.includes('promote') ? 'yes' : null;
}

/** Who said no to this step, and why as far as it was said. */
export function refusal({ state }: Session, step: Step): string {
  const no = state.controls.find(
    ({ control, during }) => during === step.id && control.kind === 'reject',
  );
  const { name } = no?.control.actor ?? { name: 'somebody' };
  const reason = no?.control.reason;
  return reason ? `${name} said no: ${reason}` : `${name} said no`;
}
