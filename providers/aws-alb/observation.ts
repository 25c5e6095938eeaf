import type {
  Capabilities,
  Health,
  Observation,
  ObservedRelease,
} from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { groupDimension, readListener } from './arn.ts';
import type { Compute } from './compute/compute.ts';
import type { Connection } from './connection.ts';
import type { Facts } from './facts.ts';
import { pinnedFor } from './forward.ts';
import { goneWords } from './gone-resources.ts';
import { albAilments, isHealthy, isStarting, standing } from './health.ts';
import { type Occupant, occupantsOf } from './occupant.ts';
import { ownerOf } from './owner.ts';
import type { AlbReading, TargetReading } from './reading.ts';
import { albLiveOf, albMatchOf, albSplitOf } from './standing.ts';

/** Where it is, and what does not change there. */
interface AlbSetting {
  readonly at: Connection;
  readonly facts: Facts;
  readonly compute: Pick<Compute, 'cannot' | 'idle' | 'foreign'>;
}

export function albObserved(reading: AlbReading, setting: AlbSetting): Observation {
  const { at, facts } = setting;
  const live = albLiveOf(reading, at);
  const { dimension } = readListener(at.listener);
  return {
    releases: occupantsOf(reading).map((occupant) => albReleaseIn(occupant, live?.units ?? 0)),
    live: live?.id ?? null,
    split: albSplitOf(reading),
    match: albMatchOf(reading),
    full: live ? live.units : null,
    labels: { loadBalancer: dimension },
    baseline: {},
    endpoints: { public: facts.url, counts: null, metrics: null },
    capabilities: albCapabilitiesOf(reading, setting),
    owner: ownerOf(reading, at, setting.compute),
    notes: notesOf(reading, at, facts),
  };
}

/** What its owner lists is the whole release: capacity is a share of that, not of another release's. */
function albReleaseIn(occupant: Occupant, full: number): ObservedRelease {
  const { id, version, release, group } = occupant;
  const { kept } = group;
  const named = {
    id,
    version,
    release,
    labels: { targetGroup: groupDimension(group.arn), version, release: id },
  };
  if (group.isUncounted) return { ...named, ...UNCOUNTED, desired: occupant.units };
  const units = kept ? full : occupant.units;
  const targets = standing(group.targets);
  const ready = targets.filter(isHealthy).length;
  const isWhole = targets.length > 0 && ready === targets.length && ready >= units;
  return {
    ...named,
    desired: kept?.wanted ?? targets.length,
    ready,
    starting: targets.filter(isStarting).length + Math.max(0, (kept?.wanted ?? 0) - targets.length),
    capacity: units === 0 ? 0 : Math.min(100, (ready / units) * 100),
    health: albHealthOf(ready, isWhole),
    restarts: null,
    note: isWhole ? null : whyNotWhole(group.targets, units),
  };
}

/** Nobody has asked, so nobody says. */
const UNCOUNTED = {
  ready: 0,
  starting: 0,
  capacity: null,
  health: 'unknown',
  restarts: null,
  note: null,
} as const;

function whyNotWhole(targets: readonly TargetReading[], units: number): string | null {
  const there = standing(targets).length;
  const lacking = there < units ? `${there} of ${units} targets are registered` : '';
  return [albAilments(targets), lacking].filter(Boolean).join('; ') || null;
}

const albHealthOf = (ready: number, isWhole: boolean): Health =>
  isWhole ? 'healthy' : ready > 0 ? 'degraded' : 'unhealthy';

function albCapabilitiesOf(reading: AlbReading, { at, facts, compute }: AlbSetting): Capabilities {
  const { drain, firstCheck } = facts;
  const pinned = pinnedFor(reading.main);
  const sticky = `the action pins users to their target group for ${formatDuration(pinned * 1_000)}, whatever the weights: switch that off, or set allowSticky`;
  return {
    cannot: {
      ...compute.cannot,
      ...(pinned > 0 && !at.allowSticky ? { route: sticky, replace: sticky } : {}),
    },
    weights: { step: 0.1 },
    match: { header: true, cookie: false },
    weightsDown: true,
    idle: compute.idle,
    places: 2,
    coupled: false,
    startsWithTraffic: false,
    timing: {
      propagation: at.propagation,
      readLag: 0,
      poll: at.poll,
      takes: {
        // Beside its health it waits for the rule by which gates reach it.
        start: {
          best: Math.max(firstCheck, at.propagation),
          worst: Math.max(3 * firstCheck, at.propagation),
        },
        retire: { best: drain, worst: drain + at.poll + at.propagation },
      },
    },
  };
}

function notesOf(reading: AlbReading, at: Connection, { slowStart }: Facts): string[] {
  const pinned = pinnedFor(reading.main);
  const adopted = occupantsOf(reading).find(({ isAdopted }) => isAdopted);
  const gone = goneWords(reading, at);
  const notes: [boolean, string][] = [
    [gone !== null, `${gone}`],
    [
      pinned > 0 && at.allowSticky,
      `users are pinned to their target group for up to ${formatDuration(pinned * 1_000)}: a change of weights reaches them only after that, and so does a rollback`,
    ],
    [
      slowStart > 0,
      `new targets get less than their share for ${formatDuration(slowStart)} (slow start): gates need as long to see all of it`,
    ],
    [
      adopted !== undefined,
      `${adopted?.version} was not deployed by deployctl: a rollback registers the targets that it has now`,
    ],
  ];
  return notes.filter(([holds]) => holds).map(([, note]) => note);
}
