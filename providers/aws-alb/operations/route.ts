import { type Match, ProviderError, type Route, type Split } from '../../../src/contract/index.ts';
import { groupName } from '../arn.ts';
import { type Connection, placeOf } from '../connection.ts';
import { albSharesOf, isShare, needsFine, type Weighed, weightOf, weightsIn } from '../forward.ts';
import { lostIn, receiversOf } from '../gone-resources.ts';
import {
  deleteRules,
  ensureHeaderRule,
  headerRulesIn,
  isSameRule,
  type WantedRule,
} from '../header-rules.ts';
import { MARK } from '../marks.ts';
import { type RulesReading, readRules } from '../reading.ts';
import { markPlace, setWeights } from '../writes.ts';
import { type Deed, DONE, pending } from './operation.ts';

/** What fits into the value of a tag. */
const SPLIT_TAG_MAX_CHARS = 256;

/** All weights in one change of the rule, read before it and after it. */
export const route: Deed<Route> = {
  apply: async ({ split, match }, { key }, desk) => {
    const reading = await readRules(desk);
    // What is read back says so.
    if (lostIn(reading, desk.at, receiversOf(split))) return;
    const wanted = match && wantedRule(match, reading, desk.at);
    const stale = headerRulesIn(reading).filter(
      (rule) => rule.role === 'match' && !(wanted && isSameRule(rule, wanted)),
    );
    await deleteRules(desk, stale);
    if (!isSplit(reading, split, desk.at))
      await setWeights(desk, reading.main, weightsFor(split, reading, desk.at));
    if (wanted) await ensureHeaderRule(desk, reading, wanted);
    const sent = keysIn(reading, desk.at);
    if (sent.at(-1) !== key) await markPlace(desk, { [MARK.route]: withKey(sent, key) });
  },

  verify: async ({ split, match }, { key, wasDone }, desk) => {
    const reading = await readRules(desk);
    const lost = lostIn(reading, desk.at, receiversOf(split));
    if (lost) return lost;
    if (isSplit(reading, split, desk.at) && albIsMatch(reading, match, desk.at)) return DONE;
    if (!keysIn(reading, desk.at).includes(key) && !wasDone) return pending('not routed yet');
    return {
      state: 'diverged',
      expected: { ...split },
      found: { ...sharesByName(reading, desk.at) },
    };
  },
};

/** The keys of the last calls that set the weights, newest last: none of another deployment is forgotten at once. */
const keysIn = ({ marks }: RulesReading, at: Connection): readonly string[] =>
  (marks[placeOf(at)]?.[MARK.route] ?? '').split(' ').filter((key) => key !== '');

/** As many as one tag holds. */
function withKey(sent: readonly string[], key: string): string {
  const keys = [...sent.filter((each) => each !== key), key];
  while (keys.join(' ').length > SPLIT_TAG_MAX_CHARS && keys.length > 1) keys.shift();
  return keys.join(' ');
}

/** The groups of releases by their marks: targets are of no interest to a change of weights. */
const groupIn = (release: string, { marks }: RulesReading, { blue, green }: Connection) =>
  [blue, green].find((arn) => marks[arn]?.[MARK.release] === release) ?? null;

function albGroupOf(release: string, reading: RulesReading, at: Connection): string {
  const found = groupIn(release, reading, at);
  if (found) return found;
  throw new ProviderError('permanent', `${release} is in neither of the two target groups`);
}

function weightsFor(split: Split, reading: RulesReading, at: Connection): readonly Weighed[] {
  const shares = Object.entries(split).filter(([, share]) => share > 0);
  const isFine = needsFine(shares.map(([, share]) => share));
  const wanted = new Map(
    shares.map(([id, share]) => [albGroupOf(id, reading, at), weightOf(share, isFine)]),
  );
  const there = weightsIn(reading.main).map(({ group }) => group);
  const all = [...new Set([...there, ...wanted.keys()])];
  return all.map((group) => ({ group, weight: wanted.get(group) ?? 0 }));
}

function isSplit(reading: RulesReading, split: Split, at: Connection): boolean {
  const shares = albSharesOf(weightsIn(reading.main));
  const wanted = new Map(
    Object.entries(split)
      .filter(([, share]) => share > 0)
      .map(([id, share]) => [groupIn(id, reading, at) ?? id, share]),
  );
  return [...new Set([...shares.keys(), ...wanted.keys()])].every((group) =>
    isShare(shares.get(group) ?? 0, wanted.get(group) ?? 0),
  );
}

function albIsMatch(reading: RulesReading, match: Match | null, at: Connection): boolean {
  const own = headerRulesIn(reading).filter(({ role }) => role === 'match');
  if (!match) return own.length === 0;
  if (!groupIn(match.release, reading, at)) return false;
  const wanted = wantedRule(match, reading, at);
  return own.length === 1 && own.every((rule) => isSameRule(rule, wanted));
}

function wantedRule({ release, header }: Match, reading: RulesReading, at: Connection): WantedRule {
  if (!header) throw new ProviderError('permanent', 'a load balancer matches headers, not cookies');
  return { role: 'match', release, group: albGroupOf(release, reading, at), header };
}

function sharesByName({ main, marks }: RulesReading, { blue, green }: Connection) {
  const named = (arn: string) =>
    arn === blue || arn === green ? (marks[arn]?.[MARK.release] ?? groupName(arn)) : groupName(arn);
  return Object.fromEntries(
    [...albSharesOf(weightsIn(main))].map(([arn, share]) => [named(arn), share]),
  );
}
