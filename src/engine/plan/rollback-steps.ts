import type {
  Action,
  Operation,
  Phase,
  Plan,
  Release,
  Replace,
  Run,
  Start,
  Step,
} from '../../contract/index.ts';
import { isOperation } from '../../contract/index.ts';
import { mostServing } from './live.ts';

/**
 * The way back from wherever a deployment stands: traffic first, then what was begun, newest first.
 * It needs the plan and the steps that were begun, and nothing else: no repository, no metrics.
 */
export function rollbackSteps(plan: Plan, begun: readonly Step[]): readonly Step[] {
  const ways = [...traffic(plan, begun), ...hooks(begun), ...removalWays(plan, begun)];
  return ways.map((way, index) => backStep(plan, way, index));
}

interface Way {
  readonly action: Action;
  readonly title: string;
  /** How many steps of the way forward it takes back at once, each with the platform's own time. */
  readonly times?: number;
}

function traffic(plan: Plan, begun: readonly Step[]): Way[] {
  const { live } = plan.before;
  const touched = (kind: Operation['kind']) => begun.some(({ action }) => action.kind === kind);
  if (!live) return touched('route') ? splitBack(plan) : [];
  const ways = touched('replace') ? batchesBack(plan, begun) : weightsBack(plan, begun, live);
  if (touched('promote')) {
    ways.push({
      action: { kind: 'promote', release: live.id },
      title: `${live.version} is the live version again`,
    });
  }
  return ways;
}

function weightsBack(plan: Plan, begun: readonly Step[], live: Release): Way[] {
  const ways: Way[] = [];
  if (oldWasTouched(plan, begun)) {
    ways.push({
      action: { kind: 'start', release: live, capacity: 100, ...formerUnits(plan), weights: [] },
      title: `${live.version} back at full capacity`,
    });
  }
  ways.push(...othersBack(plan, begun));
  if (begun.some(({ action }) => movesTraffic(plan, action))) {
    const split = plan.before.split ?? { [live.id]: 100 };
    ways.push({
      action: { kind: 'route', split, match: plan.before.match ?? null },
      title: `traffic back to ${live.version}`,
    });
  }
  return ways;
}

/** Whoever else had a share of the traffic and was removed on the way. */
function othersBack({ before }: Plan, begun: readonly Step[]): Way[] {
  const gone = new Set(
    begun.flatMap(({ action }) => (action.kind === 'retire' ? [action.release] : [])),
  );
  return (before.others ?? [])
    .filter(({ id }) => gone.has(id))
    .map((release) => ({
      action: {
        kind: 'start',
        release,
        capacity: Math.max(1, before.split?.[release.id] ?? 0),
        weights: [],
      },
      title: `${release.version} back for its share of the traffic`,
    }));
}

/** Nobody was known to be live, and yet somebody may have served. */
function splitBack({ before, release }: Plan): Way[] {
  const { split, match = null } = before;
  if (!split || mostServing(split, release.id) === null) return [];
  return [{ action: { kind: 'route', split, match }, title: 'traffic back as it was' }];
}

function movesTraffic({ capabilities, release }: Plan, action: Action): boolean {
  if (action.kind === 'route' || action.kind === 'retire') return true;
  const starts = action.kind === 'start' && action.release.id === release.id;
  return starts && capabilities?.startsWithTraffic === true;
}

/** Something took capacity from the old release, or may have: we, or a platform that keeps nothing warm. */
function oldWasTouched(plan: Plan, begun: readonly Step[]): boolean {
  const old = plan.before.live?.id;
  const isCold = plan.capabilities?.idle === 'cold';
  return begun.some(
    ({ action }) =>
      ((action.kind === 'scale' || action.kind === 'retire') && action.release === old) ||
      (isCold && movesTraffic(plan, action)),
  );
}

/** As many as carried the load, whatever is full by now. */
function formerUnits({ before }: Plan): Pick<Start, 'units'> {
  return before.units > 0 ? { units: before.units } : {};
}

/** More than a quarter of the units at a time loses more than it gains; fewer take too long. */
const SHARE_BACK = 4;

/** All begun batches at once, to what was there before the first: a batch brings back even what was retired. */
function batchesBack({ before, release }: Plan, begun: readonly Step[]): Way[] {
  const batches = begun.map(({ action }) => action).filter((action) => action.kind === 'replace');
  const [first] = batches;
  if (!first) return [];
  const { of, from } = first;
  const replaced = Math.floor((of * (before.split?.[release.id] ?? 0)) / 100);
  const action: Replace = { ...first, replaced, ...haste(first) };
  const title = `${of - replaced} of ${of} back on ${from.version}`;
  return [{ action, title, times: batches.length }];
}

/** Where no unit may come besides those that there are, more of them go at a time instead. */
function haste({ of, surge, unavailable }: Replace): Pick<Replace, 'surge' | 'unavailable'> {
  const share = Math.ceil(of / SHARE_BACK);
  return surge === 0 && unavailable > 0
    ? { surge, unavailable: Math.max(unavailable, share) }
    : { surge: Math.max(surge, share), unavailable };
}

function hooks(begun: readonly Step[]): Way[] {
  return begun
    .map(({ action }) => action)
    .filter((action): action is Run => action.kind === 'run' && action.undo !== null)
    .reverse()
    .map((action) => ({ action, title: `undo ${action.name}` }));
}

function removalWays(plan: Plan, begun: readonly Step[]): Way[] {
  const { release, before } = plan;
  const started = begun.some(({ action }) => isOperation(action) && action.kind !== 'retire');
  const stays = release.id === before.live?.id || (before.split?.[release.id] ?? 0) > 0;
  if (!started || stays) return [];
  return [
    {
      action: { kind: 'retire', release: release.id, keeps: keptBy(plan) },
      title: `remove ${release.version}`,
    },
  ];
}

/** Null takes everything off, and is right only where nothing served. */
function keptBy({ before, release }: Plan): string | null {
  return before.live?.id ?? mostServing(before.split, release.id);
}

function backStep(plan: Plan, { action, title, times = 1 }: Way, index: number): Step {
  const number = String(index + 1).padStart(2, '0');
  const phase: Phase = action.kind === 'retire' ? 'retire' : 'shift';
  // Half of the time for more capacity; the traffic goes back with whatever there is by then.
  const deadline =
    plan.rollbackDeadline / (action.kind === 'start' ? 2 : 1) + times * ownTime(plan, action);
  const estimate = { best: 0, worst: deadline, weight: 0 };
  return {
    id: `back-${number}-${action.kind}`,
    phase,
    title,
    action,
    watch: [],
    onFailure: 'hold',
    deadline,
    attempts: 1,
    estimate,
  };
}

/** What the platform itself takes comes on top, as it does on the way forward. */
function ownTime({ capabilities }: Plan, action: Action): number {
  if (!capabilities || !isOperation(action)) return 0;
  const { takes, propagation } = capabilities.timing;
  return (takes[action.kind]?.worst ?? 0) + propagation;
}
