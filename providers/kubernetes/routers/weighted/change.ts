import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { Connection } from '../../connection.ts';
import { annotating, MARK } from '../../marks.ts';
import type { Change, RequestMatch, Scenery } from '../router.ts';
import type { OwnRules, RouteForm, Spot, Target } from './form.ts';
import { noteOf, withNote } from './note.ts';
import { isOwnRule, matchIn, type Ours, oursIn, spotsWith } from './ours.ts';
import { restored, targetsAfter, withTargets, writtenIn } from './targets.ts';

interface Writing {
  readonly form: RouteForm;
  readonly connection: Connection;
  readonly scenery: Scenery;
  /** By the server's clock. */
  readonly now: number;
}

interface Changed extends Spot {
  readonly after: readonly Target[];
}

/** Only weights of our entries, entries that are new, and our note; refused when the object is another by now. */
export function patchOf(object: KubeObject, change: Change, writing: Writing): readonly object[] {
  const { form, connection, scenery, now } = writing;
  const { workload } = connection;
  const ours = oursIn(scenery, connection, form);
  const seen = { form, ours, workload };
  const spots = spotsWith(object, seen);
  const note = noteOf(object, workload);
  const former = note.former ?? writtenIn(spots, ours);
  const match = matchAfter(object, change, workload);
  const isEnding = change.without !== undefined || form.namesOnlyWeight;
  const isOver = (after: readonly Target[]) =>
    isEnding && after.filter(ours.serviceOf).length === 1;
  const changed = spots.map((spot, index): Changed => {
    const after = targetsAfter(spot.targets, change, { form, ours });
    return { ...spot, after: isOver(after) ? restored(after, former[index], ours) : after };
  });
  const shifted = change.isShift ? { operation: change.key, routedAt: now } : {};
  const isNew = changed.some(({ targets, after }) => after.length > targets.length);
  const { former: _, match: __, introducedAt = null, ...kept } = note;
  const introduced = isNew && form.settles ? now : introducedAt;
  const text = withNote(object, workload, {
    ...kept,
    ...shifted,
    ...(match ? { match } : {}),
    ...(introduced === null || isEnding ? {} : { introducedAt: introduced }),
    ...(!match && changed.every(({ after }) => isOver(after)) ? {} : { former }),
  });
  const { own } = form;
  return [
    { op: 'test', path: '/metadata/generation', value: object.metadata.generation },
    ...stillWithoutNote(object),
    ...annotating(object.metadata, { [MARK.routes]: text }),
    ...(own && (match || matchIn(object, workload))
      ? [
          {
            op: 'replace',
            path: own.at,
            value: allRules(object, { changed, match }, { ...seen, own }),
          },
        ]
      : changed.flatMap((spot) => spot.put(spot.after))),
  ];
}

/** Another workload may write the first note at this very moment. */
function stillWithoutNote({ metadata: { annotations } }: KubeObject): readonly object[] {
  if (!annotations || annotations[MARK.routes] !== undefined) return [];
  const path = `/metadata/annotations/${MARK.routes.replace('/', '~1')}`;
  return [{ op: 'test', path, value: null }];
}

/** Who has left gets no requests by a header either. */
function matchAfter(
  object: KubeObject,
  { match, without = [] }: Change,
  workload: string,
): RequestMatch | null {
  const wanted = match === undefined ? matchIn(object, workload) : match;
  return wanted && !without.includes(wanted.deployment) ? wanted : null;
}

interface Whole {
  readonly form: RouteForm;
  readonly ours: Ours;
  readonly workload: string;
  readonly own: OwnRules;
}

/** Also to who has no weight, and is not named for that. */
function wayTo(deployment: string, targets: readonly Target[], { form, ours }: Omit<Whole, 'own'>) {
  const found = targets.find((target) => ours.deploymentOf(target) === deployment);
  const [like] = targets.filter(ours.serviceOf);
  return found ?? (like && form.targetFor(like, ours.serviceFor(deployment)));
}

/** All rules: the user's in their order, and those of ours where they come first. */
function allRules(
  object: KubeObject,
  { changed, match }: { readonly changed: readonly Changed[]; readonly match: RequestMatch | null },
  { own, ...seen }: Whole,
) {
  const copies = new Map(
    changed.flatMap(({ rule, after }) => {
      const to = match && wayTo(match.deployment, after, seen);
      return to ? [[rule, own.copyOf(rule, match, to)] as const] : [];
    }),
  );
  const kept = own
    .rulesIn(object)
    .filter((rule) => !isOwnRule({ rule, targets: targetsIn(rule, own) }, object, seen))
    .flatMap((rule) => {
      const after = changed.find((spot) => spot.rule === rule)?.after;
      const whole = after ? withTargets(rule, own.targets, after) : rule;
      const copy = copies.get(rule);
      return copy && own.stands === 'before' ? [copy, whole] : [whole];
    });
  return own.stands === 'last' ? [...kept, ...copies.values()] : kept;
}

const targetsIn = (rule: object, { targets }: OwnRules) =>
  ((rule as Readonly<Record<string, unknown>>)[targets] as readonly Target[] | undefined) ?? [];
