import {
  isProviderError,
  type ReleaseId,
  type Split,
  type Verification,
} from '../../src/contract/index.ts';
import { groupName } from './arn.ts';
import type { Connection } from './connection.ts';
import { MARK } from './marks.ts';
import type { RulesReading } from './reading.ts';

const NOT_FOUND = /^(LoadBalancer|Listener|Rule|TargetGroup)NotFound/;

/** AWS knows nothing by that name: nobody made it, or somebody deleted it. */
const isNotFound = (error: unknown): boolean =>
  isProviderError(error) && NOT_FOUND.test((error.cause as Partial<Error> | undefined)?.name ?? '');

/** Null where AWS does not know what was asked about. */
export async function unlessGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** What others have deleted of what the config names, in words that follow a colon; null where all is there. */
export function goneWords({ gone }: Pick<RulesReading, 'gone'>, at: Connection): string | null {
  const { listener, rule } = at;
  if (gone.includes(listener))
    return `the listener ${listener} does not exist any more: somebody deleted it, and nobody answers at its port`;
  if (rule && gone.includes(rule))
    return `the rule ${rule} does not exist any more: somebody deleted it, and its requests go by the other rules of the listener`;
  const group = [at.blue, at.green].find((arn) => gone.includes(arn));
  return group
    ? `the target group ${group} does not exist any more: somebody deleted it, and what ran in it has no traffic`
    : null;
}

/** Whether what serves, or leads there, is gone: then nothing can be changed at it. */
export const isPlaceGone = ({ gone }: Pick<RulesReading, 'gone'>, { listener, rule }: Connection) =>
  gone.includes(listener) || (rule !== null && gone.includes(rule));

/** Who has traffic by that split. */
export const receiversOf = (split: Split): readonly ReleaseId[] =>
  Object.keys(split).filter((id) => (split[id] ?? 0) > 0);

type LostVerification = Extract<Verification, { state: 'diverged' }> & { readonly found: string };

/**
 * What none of our calls can make true any more: these releases at a listener, a rule or a group that
 * is not there. Made again it has another name, so that no waiting helps; null where nothing is lost.
 */
export function lostIn(
  reading: RulesReading,
  at: Connection,
  releases: readonly ReleaseId[],
): LostVerification | null {
  const { gone, marks } = reading;
  if (gone.length === 0) return null;
  const held = [at.blue, at.green].map((arn) => marks[arn]?.[MARK.release]);
  const homeless = releases.some((release) => !held.includes(release));
  if (!isPlaceGone(reading, at) && !homeless) return null;
  const found = `${goneWords(reading, at)}. ${remedy(reading, at, releases)}`;
  return { state: 'diverged', expected: [...releases], found, lost: true };
}

/** What a person can do about it: nothing is made in the place of what somebody has deleted. */
function remedy(reading: RulesReading, at: Connection, releases: readonly ReleaseId[]): string {
  if (!isPlaceGone(reading, at))
    return 'Create a group in its place, put its ARN into the config, and run deployctl deploy --supersede cancel-older';
  const what = reading.gone.includes(at.listener) ? 'listener' : 'rule';
  const served = [at.blue, at.green].find((arn) =>
    releases.includes(reading.marks[arn]?.[MARK.release] ?? ''),
  );
  const to = served ? ` that forwards to ${groupName(served)}` : '';
  return `Create a ${what}${to}, put its ARN into the config, and run deployctl status`;
}
