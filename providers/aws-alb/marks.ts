import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';

/**
 * What has to be remembered on the platform, as tags: on a group which release it holds, on the rule
 * or listener which release is live and which call set its weights last.
 */
export const MARK = {
  release: 'deployctl:release',
  version: 'deployctl:version',
  /** The number of targets that the release has when it is whole. */
  units: 'deployctl:units',
  /** With a number: the targets of the whole release, as many as fit. */
  targets: 'deployctl:targets-',
  /** With a number: what else a release is made of, as JSON in base64. */
  spec: 'deployctl:spec-',
  /** What does not change there, as it was when the release came: a way back need not ask for it. */
  facts: 'deployctl:facts',
  adopted: 'deployctl:adopted',
  deployment: 'deployctl:deployment',
  /** The key of the call that filled the group. */
  key: 'deployctl:key',
  live: 'deployctl:live',
  /** The key of the call that set the weights. */
  route: 'deployctl:route',
  /** The key of the batch that set them last, and when. */
  weighed: 'deployctl:weighed',
  role: 'deployctl:role',
  /** When a rule of ours was made. */
  since: 'deployctl:since',
} as const;

export type Marks = Readonly<Record<string, string>>;

export const marksIn = (tags: readonly Tag[]): Marks =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

export const tagsOf = (marks: Marks): Tag[] =>
  Object.entries(marks).map(([Key, Value]) => ({ Key, Value }));

/** All that a group carries of its release. */
export const GROUP_MARKS = [
  MARK.release,
  MARK.version,
  MARK.units,
  MARK.facts,
  MARK.adopted,
  MARK.deployment,
  MARK.key,
];
