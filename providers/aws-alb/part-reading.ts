import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Kept } from './compute/compute.ts';
import { type Connection, placeOf } from './connection.ts';
import type { Desk } from './desk.ts';
import { weightsIn } from './forward.ts';
import { isHealthy, standing } from './health.ts';
import { MARK, type Marks } from './marks.ts';
import {
  type AlbReading,
  groupIn,
  listRules,
  lookAtRules,
  mayBeOurs,
  type RulesDesk,
  type RulesReading,
  readMarks,
  readTargets,
  type TargetReading,
} from './reading.ts';

/**
 * As much as whoever moves all of the traffic to one release has to know: the rules, and the targets of
 * its group. The other group is asked as well only where that one is not well.
 */
export const readPart = (desk: Desk, release: string): Promise<AlbReading> =>
  desk.looks.part(release, () => lookAtPart(desk, release));

async function lookAtPart(desk: Desk, release: string): Promise<AlbReading> {
  const { at, compute, signal } = desk;
  const [rules, kept] = await Promise.all([
    lookAtRulesAtOnce(desk),
    compute.list([at.blue, at.green], signal),
  ]);
  const only = groupAlone(rules, at, release);
  const first = only === null ? null : await readTargets(desk, only);
  const isEnough =
    only !== null &&
    first !== null &&
    isWell(first, { marks: rules.marks[only], kept: kept.get(only) });
  const read = async (arn: string) => {
    if (arn === only) return first;
    return isEnough ? null : readTargets(desk, arn);
  };
  const [blue, green] = await Promise.all([read(at.blue), read(at.green)]);
  return {
    ...rules,
    blue: groupIn(at.blue, { rules, targets: blue, kept }),
    green: groupIn(at.green, { rules, targets: green, kept }),
  };
}

/** The group of that release, where both groups say what they hold: else the targets have to. */
function groupAlone({ marks }: RulesReading, { blue, green }: Connection, release: string) {
  const holds = (arn: string) => marks[arn]?.[MARK.release];
  if (!holds(blue) || !holds(green)) return null;
  return [blue, green].find((arn) => holds(arn) === release) ?? null;
}

function isWell(
  targets: readonly TargetReading[],
  { marks, kept }: { readonly marks: Marks | undefined; readonly kept: Kept | undefined },
): boolean {
  const there = standing(targets);
  const units = kept ? kept.wanted : Number(marks?.[MARK.units] ?? 1);
  return there.length > 0 && there.length >= units && there.every(isHealthy);
}

/** The marks are read beside the rules. Those of our own rules need no reading where the rules say the same. */
async function lookAtRulesAtOnce(desk: RulesDesk): Promise<RulesReading> {
  const { calls, at, signal } = desk;
  const [{ rules, main, missing }, { marks: known, unknown }] = await Promise.all([
    listRules(desk),
    readMarks(calls, [at.blue, at.green, placeOf(at)], signal),
  ]);
  // What is not there is asked for once more, one after the other, before anybody believes it.
  if (missing !== null || unknown.length > 0) return lookAtRules(desk);
  const marks: Record<string, Marks> = { ...known };
  const unsaid: string[] = [];
  for (const rule of rules.filter((each) => mayBeOurs(each, at))) {
    const { RuleArn = '' } = rule;
    const release = previewedBy(rule, { at, marks: known });
    if (release === null) unsaid.push(RuleArn);
    else marks[RuleArn] = { [MARK.role]: 'preview', [MARK.release]: release };
  }
  const others = await readMarks(calls, unsaid, signal);
  return {
    rules: rules.filter(({ RuleArn = '' }) => !others.unknown.includes(RuleArn)),
    main,
    gone: [],
    marks: { ...marks, ...others.marks },
  };
}

/** Which release it previews: the header is ours, and its value is what the group holds. */
function previewedBy(
  rule: Rule,
  { at, marks }: { readonly at: Connection; readonly marks: RulesReading['marks'] },
): string | null {
  const header = rule.Conditions?.find(({ Field }) => Field === 'http-header')?.HttpHeaderConfig;
  const [value = '', ...others] = header?.Values ?? [];
  const held = marks[weightsIn(rule)[0]?.group ?? '']?.[MARK.release];
  const isOurs = header?.HttpHeaderName === at.previewHeader && others.length === 0;
  return isOurs && value !== '' && value === held ? value : null;
}
