import type {
  Direction,
  EventMap,
  Observation,
  Plan,
  Release,
  Result,
  Stop,
} from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import type { Typing } from './output.ts';
import { oneLine } from './text.ts';
import { percentWords, versionWords } from './words.ts';

/** How it came out, in words, for every reporter that has a summary. */
export interface ShownEnding {
  readonly tone: 'good' | 'bad' | 'waiting';
  /** `v42 is live.` */
  readonly sentence: string;
  /** Why, unless the sentence has said it all. */
  readonly reason: string | null;
  /** What serves now; null where it is told from records, which do not say. */
  readonly state: string | null;
  readonly took: string | null;
  readonly id: string;
  readonly next: readonly EndingNext[];
}

/** A command that makes sense now, and what for. */
export interface EndingNext {
  readonly command: string;
  readonly why: string;
}

export function typedBy(next: readonly EndingNext[], typed: Typing): readonly EndingNext[] {
  return next.map(({ command, why }) => ({ command: typed(command), why }));
}

interface EndingDeployment {
  readonly id: string;
  readonly plan: Plan | null;
}

export function endingOf({ id, plan }: EndingDeployment, ended: EventMap['ended']): ShownEnding {
  const { result, reason, observation, took } = ended;
  const isGood = result === 'succeeded';
  return {
    tone: isGood ? 'good' : 'bad',
    sentence: sentenceOf(result, plan),
    reason: isGood ? null : oneLine(reason) || null,
    state: observation === null ? null : servesWords(observation),
    took: formatDuration(took),
    id: oneLine(id),
    next: isGood ? [...undoing(id, plan), STATUS] : [...logsOf(plan), STATUS, historyOf(id)],
  };
}

/** The holder let go before the end, and somebody may go on. */
export function pauseOf({ id, plan }: EndingDeployment, paused: EventMap['paused']): ShownEnding {
  const { stop, reason, direction, undo } = paused;
  return {
    tone: stop === 'waiting' || stop === 'interrupted' ? 'waiting' : 'bad',
    sentence: STOPPED[stop],
    reason: oneLine(reason) || null,
    state: null,
    took: null,
    id: oneLine(id),
    next: [
      ...(stop === 'failed' && direction === 'forward' ? logsOf(plan) : []),
      ...afterStop(id, stop, direction),
      ...(undo ? [rollback(`${id} --skip-undo`, 'continue without undoing that')] : []),
    ],
  };
}

/** `v42 serves 100 % of the traffic, 4 of 4 ready.` */
function servesWords({ releases, split }: Observation): string {
  const parts = Object.entries(split ?? {})
    .filter(([, weight]) => weight > 0)
    .map(([id, weight]) => {
      const seen = releases.find((release) => release.id === id);
      const units = seen ? `${seen.ready} of ${seen.desired} ready` : 'state unknown';
      const version = versionWords(seen?.version ?? id);
      return `${version} serves ${percentWords(weight)} of the traffic, ${units}`;
    });
  return parts.length === 0 ? 'Nothing serves.' : `${parts.join('; ')}.`;
}

/** What to type for a yes or a no, while a deployment waits. */
export function answersTo(id: string): readonly EndingNext[] {
  return [
    { command: `deployctl approve ${oneLine(id)}`, why: 'go on' },
    { command: `deployctl reject ${oneLine(id)}`, why: 'go back' },
  ];
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
  interrupted: 'Paused: everything stays as it is until it is resumed or rolled back.',
  waiting: 'Waiting for an approval: everything stays as it is until then.',
  failed: 'Failed, and stopped where it is.',
  denied: 'Stopped: the credentials here do not allow the deployment to continue or to roll back.',
  diverged: 'Stopped: somebody else changed what is being deployed. Nothing was overwritten.',
  stuck: 'The rollback did not work: a person must look.',
};

const STATUS: EndingNext = { command: 'deployctl status', why: 'see what serves' };
const historyOf = (id: string): EndingNext => ({
  command: `deployctl history ${oneLine(id)}`,
  why: 'see what happened',
});

/** Only of what runs on one machine: elsewhere the platform has the logs. */
function logsOf(plan: Plan | null): readonly EndingNext[] {
  if (!plan || plan.undoes !== null || !plan.target.identity.place?.machine) return [];
  return [{ command: `deployctl logs ${typable(plan.release)}`, why: 'read what it wrote' }];
}

const rollback = (what: string, why: string): EndingNext => ({
  command: `deployctl rollback ${oneLine(what)}`,
  why,
});

/** A rollback is not undone by its id but by naming the version, and a first deployment not at all. */
function undoing(id: string, plan: Plan | null): readonly EndingNext[] {
  if (plan === null) return [rollback(id, 'undo it')];
  const { undoes, before } = plan;
  if (before.live === null) return [];
  if (undoes === null) return [rollback(id, 'undo it')];
  const version = versionWords(before.live.version);
  return [rollback(`--to ${typable(before.live)}`, `bring ${version} back`)];
}

/** A label that came from elsewhere may hold what a shell obeys; an id never does. */
function typable({ id, version }: Release): string {
  return /^[\w.+-]+$/.test(version) ? version : id;
}

/** A deployment on its way back never goes forward again. */
function afterStop(id: string, stop: Stop, direction: Direction): readonly EndingNext[] {
  if (stop === 'waiting' && direction === 'forward') return answersTo(id);
  const isBack = direction === 'back' || stop === 'stuck';
  const why = isBack ? 'continue the rollback' : RESUMES[stop];
  const resume = { command: `deployctl resume ${oneLine(id)}`, why };
  return [...(LOOKS[stop]?.(id) ?? []), resume, ...(isBack ? [] : [rollback(id, 'go back')])];
}

const LOOKS: Readonly<Partial<Record<Stop, (id: string) => readonly EndingNext[]>>> = {
  diverged: () => [{ command: 'deployctl status', why: 'see what was changed' }],
  stuck: (id) => [historyOf(id)],
};

const RESUMES: Readonly<Record<Stop, string>> = {
  interrupted: 'continue from here',
  waiting: 'continue from here',
  failed: 'try the step again',
  denied: 'continue, with valid credentials',
  diverged: 'continue once that is fixed',
  stuck: 'continue the rollback',
};
