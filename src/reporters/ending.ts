import type { Direction, EventMap, Observation, Plan, Result, Stop } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from './text.ts';
import { percentWords, versionWords } from './words.ts';

/** How it came out, in words, for every reporter that has a summary. */
export interface Ending {
  readonly tone: 'good' | 'bad' | 'waiting';
  /** `v42 is live.` */
  readonly sentence: string;
  /** Why, unless the sentence has said it all. */
  readonly reason: string | null;
  /** What serves now. */
  readonly state: string | null;
  readonly took: string | null;
  readonly id: string;
  readonly next: readonly Next[];
}

/** A command that makes sense now, and what for. */
export interface Next {
  readonly command: string;
  readonly why: string;
}

interface Deployment {
  readonly id: string;
  readonly plan: Plan | null;
}

export function endingOf({ id, plan }: Deployment, ended: EventMap['ended']): Ending {
  const { result, reason, observation, took } = ended;
  const isGood = result === 'succeeded';
  return {
    tone: isGood ? 'good' : 'bad',
    sentence: sentenceOf(result, plan),
    reason: isGood ? null : oneLine(reason) || null,
    state: observation === null ? 'What serves now is not known.' : servesWords(observation),
    took: formatDuration(took),
    id: oneLine(id),
    next: isGood ? [undo(id), STATUS] : [STATUS, HISTORY],
  };
}

/** The holder let go before the end, and somebody may go on. */
export function pauseOf({ id }: Deployment, paused: EventMap['paused']): Ending {
  const { stop, reason, direction } = paused;
  return {
    tone: stop === 'waiting' || stop === 'interrupted' ? 'waiting' : 'bad',
    sentence: STOPPED[stop],
    reason: oneLine(reason) || null,
    state: null,
    took: null,
    id: oneLine(id),
    next: afterStop(id, stop, direction),
  };
}

/** `v42 serves 100 % of the traffic, 4 of 4 ready.` */
function servesWords({ releases, split }: Observation): string {
  const parts = Object.entries(split ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([id, weight]) => {
      const seen = releases.find((release) => release.id === id);
      const units = seen ? `${seen.ready} of ${seen.desired} ready` : 'nothing known of it';
      const version = versionWords(seen?.version ?? id);
      return `${version} serves ${percentWords(weight)} of the traffic, ${units}`;
    });
  return parts.length === 0 ? 'Nothing serves.' : `${parts.join('; ')}.`;
}

/** What to type for a yes or a no, while a deployment waits. */
export function answersTo(id: string): readonly Next[] {
  return [{ command: `deployctl approve ${oneLine(id)}`, why: 'go on' }, back(id)];
}

function sentenceOf(result: Result, plan: Plan | null): string {
  const version = versionWords(plan?.release.version ?? 'The release');
  const old = plan?.before.live ? versionWords(plan.before.live.version) : null;
  if (result === 'rolled-back') {
    return old === null
      ? `${version} was taken back; nothing served before it.`
      : `${version} was rolled back; ${old} serves.`;
  }
  return plan?.undoes
    ? `${version} is live again; ${oneLine(plan.undoes)} is undone.`
    : `${version} is live.`;
}

const STOPPED: Readonly<Record<Stop, string>> = {
  interrupted: 'Paused: everything stays as it is until somebody goes on.',
  waiting: 'Waiting for an approval: everything stays as it is until then.',
  failed: 'Failed, and stopped where it is, as the policy of this phase wants it.',
  diverged: 'Stopped: somebody else changed what is being deployed. Nothing was overwritten.',
  stuck: 'The way back did not work: a person must look.',
};

const STATUS: Next = { command: 'deployctl status', why: 'see what serves' };
const HISTORY: Next = { command: 'deployctl history', why: 'see what happened' };
const undo = (id: string): Next => ({
  command: `deployctl rollback ${oneLine(id)}`,
  why: 'undo it',
});
const back = (id: string): Next => ({ ...undo(id), why: 'go back' });

/** A deployment on its way back never goes forward again. */
function afterStop(id: string, stop: Stop, direction: Direction): readonly Next[] {
  const why = direction === 'back' ? 'go on with the way back' : 'go on from here';
  const resume = { command: `deployctl resume ${oneLine(id)}`, why };
  const look = stop === 'diverged' || stop === 'stuck' ? [STATUS] : [];
  if (direction === 'back') return [...look, resume];
  return stop === 'waiting' ? answersTo(id) : [...look, resume, back(id)];
}
