import type { Actor, ApprovalRules, Control } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { isNoName, isSameName } from '../../lib/same-name.ts';
import { type MessageFault, openToken } from '../../lib/signed-message.ts';

/** A question to people, and all that decides whose yes counts. */
export interface ApprovalQuestion {
  readonly rules: ApprovalRules;
  /** So many commands had come before it. */
  readonly said: number;
  readonly deployment: string;
  readonly planHash: string;
  readonly initiator: Actor;
  /** Wall clock ms after which no yes counts. */
  readonly until: number;
  /** What tokens are signed with; null where it cannot be read here. */
  readonly key: string | null;
  /** Ids of tokens that were sent for other questions. */
  readonly spent: readonly string[];
}

export interface VoteTally {
  /** Who said yes, each once. */
  readonly yes: readonly string[];
  /** A yes that does not count, and why. */
  readonly uncounted: readonly { readonly control: Control; readonly why: string }[];
  readonly quorum: number;
}

interface Signed {
  readonly name: string;
  readonly reason: string | null;
  readonly id: string | null;
}

/** Signed and sent are this far apart at most: what is older may have been picked up by others. */
const SIGNED_WITHIN_MS = 300_000;

const FAULTS: Readonly<Record<MessageFault, string>> = {
  form: 'the token is not of the form <id>.<seconds>.<body in base64url>.v1,<signature>',
  key: 'the key of this approval is not a key of Standard Webhooks: whsec_ and at least 24 bytes in base64',
  signature: 'the signature of the token was not made with the key of this approval',
};

/** The same answers give the same tally, on whatever machine and however often it is made. */
export function tally(question: ApprovalQuestion, answers: readonly Control[]): VoteTally {
  const { rules } = question;
  const yes: string[] = [];
  const uncounted: { control: Control; why: string }[] = [];
  const used = new Set(question.spent);
  for (const control of answers) {
    const said = sayerOf(question, control);
    const why =
      typeof said === 'string'
        ? said
        : (usedUp(said, used) ?? objection(question, { control, said, yes }));
    if (why !== null || typeof said === 'string') uncounted.push({ control, why: why ?? '' });
    else yes.push(said.name);
    if (typeof said !== 'string' && said.id !== null) used.add(said.id);
  }
  return { yes, uncounted, quorum: rules.quorum ?? 1 };
}

/** A text is why nobody can be believed to have said it. */
function sayerOf(question: ApprovalQuestion, control: Control): Signed | string {
  const { rules, key } = question;
  const { token, actor, reason } = control;
  if (!rules.key)
    return token === undefined
      ? { name: actor.name, reason, id: null }
      : 'this approval has no key to check a token with (approval.key)';
  if (token === undefined) return 'only a signed token counts here: deployctl approve --token';
  if (key === null) return 'the key to check its token with cannot be read here';
  const message = openToken(token, key);
  if (typeof message === 'string') return FAULTS[message];
  const apart = Math.abs(control.at - message.at);
  if (apart > SIGNED_WITHIN_MS)
    return `its token was signed ${formatDuration(apart)} ${message.at < control.at ? 'before' : 'after'} it was sent; ${formatDuration(SIGNED_WITHIN_MS)} are allowed`;
  return signedBy(question, message);
}

function signedBy(
  { deployment, planHash }: ApprovalQuestion,
  { id, body }: { id: string; body: string },
): Signed | string {
  const { type, data } = approvalBody(body);
  if (type !== 'deployment.approved') return 'its token is not of the type deployment.approved';
  const { name, reason } = data;
  if (data.deployment !== deployment)
    return `its token is for another deployment than ${deployment}`;
  if (data.plan !== planHash) return 'its token is for another plan';
  if (typeof name !== 'string' || isNoName(name)) return 'its token does not name a person';
  return { name, reason: typeof reason === 'string' ? reason : null, id };
}

function approvalBody(body: string): { type?: unknown; data: Readonly<Record<string, unknown>> } {
  try {
    const { type, data } = JSON.parse(body) as { type?: unknown; data?: unknown };
    return { type, data: typeof data === 'object' && data !== null ? { ...data } : {} };
  } catch {
    return { data: {} };
  }
}

function usedUp({ id }: Signed, used: ReadonlySet<string>): string | null {
  return id !== null && used.has(id) ? 'its token was used before' : null;
}

function objection(
  { rules, initiator, until }: ApprovalQuestion,
  { control, said, yes }: { control: Control; said: Signed; yes: readonly string[] },
): string | null {
  const { name, reason } = said;
  const { approvers } = rules;
  if (control.at > until)
    return `it came ${formatDuration(control.at - until)} after the question had expired`;
  if (approvers && !approvers.some((one) => isSameName(one, name)))
    return `${name} is not among those who may approve: ${approvers.join(', ')}`;
  if (rules.notInitiator && isSameName(initiator.name, name))
    return `${name} began this deployment, and somebody else must approve it`;
  if (rules.reason && (reason ?? control.reason ?? '').trim() === '')
    return 'it gives no reason, which this approval requires: --reason';
  return yes.some((one) => isSameName(one, name)) ? `${name} has approved already` : null;
}

/** What is still missing, for people; empty where one yes of anybody is enough. */
export function missingOf(
  { rules }: Pick<ApprovalQuestion, 'rules'>,
  { yes, quorum }: VoteTally,
): string {
  const { approvers, notInitiator, key } = rules;
  const words = [
    ...(quorum > 1
      ? [`${yes.length} of ${quorum} have approved${yes.length > 0 ? ` (${yes.join(', ')})` : ''}`]
      : []),
    ...(approvers ? [`may approve: ${approvers.join(', ')}`] : []),
    ...(notInitiator ? ['not the person who began it'] : []),
    ...(key ? ['only with a signed token'] : []),
  ];
  return words.join('; ');
}
