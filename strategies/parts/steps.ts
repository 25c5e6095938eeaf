import type {
  ApprovalSettings,
  Capabilities,
  Hold,
  Match,
  MatchRule,
  OperationKind,
} from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { type Draft, union } from './course.ts';
import { refuseWithoutPlace } from './refusals.ts';
import { type Scene, sceneSplitOf } from './scene.ts';

/** Guesses for an estimate's best case, where the platform does not know better. */
const STEPS_QUICK = {
  start: 5000,
  scale: 5000,
  route: 1000,
  replace: 5000,
  promote: 1000,
  check: 1000,
  retire: 5000,
} as const;

/** What an operation takes at best, and until it is given up: the platform's own time comes on top of the config's. */
export function timed(
  { capabilities }: Pick<Scene, 'capabilities'>,
  kind: OperationKind,
  limit: number,
): Pick<Draft, 'best' | 'deadline'> {
  const { takes, propagation } = capabilities.timing;
  const { best = STEPS_QUICK[kind], worst = 0 } = takes[kind] ?? {};
  const after = kind === 'route' || kind === 'replace' ? propagation : 0;
  return { best: best + after, deadline: limit + worst + after };
}

export function preflight({ settings, weight, stable }: Scene): readonly Draft[] {
  if (settings.preflight.length === 0 || stable === null) return [];
  return [
    {
      phase: 'preflight',
      title: `check that ${stable.version} is well before anything is touched`,
      action: { kind: 'check', gates: settings.preflight, release: null },
      weight,
      best: STEPS_QUICK.check,
      deadline: settings.timeouts.check,
    },
  ];
}

/** What earlier deployments left behind goes first, unless traffic is on its way between two releases. */
export function clearAway(scene: Scene): readonly Draft[] {
  const { settings, stable, weight, idle } = scene;
  refuseWithoutPlace(scene, isUnsettled(scene) ? idle.length : 0);
  if (isUnsettled(scene)) return [];
  return idle.map(({ id, version }) => ({
    phase: 'start',
    title: `clear away ${version}`,
    action: { kind: 'retire', release: id, keeps: stable?.id ?? null },
    weight,
    ...timed(scene, 'retire', settings.timeouts.retire),
  }));
}

export function start(scene: Scene, capacity: number, weights: readonly number[]): Draft {
  const { settings, release, weight, capabilities } = scene;
  const { startsWithTraffic } = capabilities;
  const [first = 0] = weights;
  return {
    phase: 'start',
    title: `start ${release.version} at ${capacity === 100 ? 'full' : `${capacity} %`} capacity`,
    action: { kind: 'start', release, capacity, weights },
    weight: startsWithTraffic ? Math.max(weight, first) : weight,
    ...timed(scene, 'start', settings.timeouts.start),
    // Where it has traffic as soon as it is up, the gates look from then on.
    ...(startsWithTraffic ? { watch: settings.gates } : {}),
  };
}

export function check({ settings, release, weight }: Scene): readonly Draft[] {
  if (settings.check.length === 0) return [];
  return [
    {
      phase: 'check',
      title: `check ${release.version} at its own address`,
      action: { kind: 'check', gates: settings.check, release: release.id },
      weight,
      best: STEPS_QUICK.check,
      deadline: settings.timeouts.check,
    },
  ];
}

/** Nothing where the platform has no capacity to change, or changes it by itself with the weight. */
export function scale(scene: Scene, capacity: number, weight: number): readonly Draft[] {
  const { settings, release, capabilities } = scene;
  if (!canScale(capabilities)) return [];
  return [
    {
      phase: 'shift',
      title: `scale ${release.version} to ${capacity === 100 ? 'full' : `${capacity} %`} capacity`,
      action: { kind: 'scale', release: release.id, capacity },
      weight,
      ...timed(scene, 'scale', settings.timeouts.start),
      watch: weight > 0 ? settings.gates : [],
    },
  ];
}

export const canScale = ({ coupled, cannot }: Capabilities): boolean =>
  !coupled && cannot.scale === undefined;

export function approve(
  { settings, release }: Scene,
  approval: ApprovalSettings,
  at: { from: number; to: number },
): Draft {
  const question = approval.question ?? `Give ${release.version} ${at.to} % of the traffic?`;
  return {
    phase: 'shift',
    title: `ask before ${at.to} %`,
    action: {
      kind: 'approve',
      question,
      expires: approval.expires,
      ...(approval.rules ? { rules: approval.rules } : {}),
    },
    weight: at.from,
    best: 0,
    worst: approval.expires,
    deadline: approval.expires + settings.timeouts.check,
    watch: at.from > 0 ? settings.gates : [],
  };
}

export function route(
  scene: Scene,
  weight: number,
  words: { title: string; match?: Match | null; isPassing?: boolean },
): Draft {
  const { settings, capabilities } = scene;
  const { best, deadline } = timed(scene, 'route', settings.timeouts.route);
  const split = sceneSplitOf(scene, weight);
  const passing = words.isPassing ? ({ passing: true } as const) : {};
  return {
    phase: 'shift',
    title: words.title,
    action: { kind: 'route', split, match: words.match ?? null, ...passing },
    weight,
    best: words.isPassing ? best - capabilities.timing.propagation : best,
    deadline,
  };
}

interface StepsStretch {
  readonly title: string;
  readonly duration: number;
  readonly watch: readonly string[];
  readonly weight: number;
}

export function hold(
  { settings }: Scene,
  stretch: StepsStretch,
): Draft & { readonly action: Hold } {
  const { duration, watch, weight, title } = stretch;
  const extension = watch.length > 0 ? settings.extension : 0;
  return {
    phase: 'shift',
    title,
    action: { kind: 'hold', duration, extension },
    weight,
    best: duration,
    worst: duration + extension,
    deadline: duration + extension + settings.timeouts.check,
    watch,
  };
}

export function promote(scene: Scene): Draft {
  const { settings, release, capabilities } = scene;
  return {
    phase: 'promote',
    title: `${release.version} becomes the live version`,
    action: { kind: 'promote', release: release.id },
    weight: 100,
    ...timed(scene, 'promote', settings.timeouts.route + capabilities.timing.propagation),
  };
}

/** `owed`: gates that have not yet seen the release under all of the traffic; they call for a bake of their own. */
export function bake(scene: Scene, owed: readonly string[] = []): readonly Draft[] {
  const { settings, release } = scene;
  const { duration, gates } = settings.bake;
  if (duration === 0 && gates.length === 0 && owed.length === 0) return [];
  const title = `bake ${release.version} ${duration > 0 ? `for ${formatDuration(duration)}` : 'until every gate has passed'}`;
  const draft = hold(scene, { title, duration, watch: union(settings.gates, gates), weight: 100 });
  return [{ ...draft, phase: 'bake', action: { ...draft.action, kind: 'bake' } }];
}

/** The old release goes when it has been warm for long enough; `next` leaves that to the next deployment. */
export function retireOld(scene: Scene): readonly Draft[] {
  const { after } = scene.settings.retire;
  if (after === 'next' || oldOnes(scene).length === 0) return [];
  const warm: Draft = {
    ...hold(scene, { title: 'keep the old version warm', duration: after, watch: [], weight: 100 }),
    phase: 'retire',
  };
  return [...(after > 0 && scene.capabilities.idle === 'warm' ? [warm] : []), ...retireAll(scene)];
}

export function retireAll(scene: Scene): readonly Draft[] {
  return oldOnes(scene).map(({ id, version }) => ({
    phase: 'retire',
    title: `retire ${version}`,
    action: { kind: 'retire', release: id, keeps: scene.release.id },
    weight: 100,
    ...timed(scene, 'retire', scene.settings.timeouts.retire),
  }));
}

export function matchFor({ release }: Scene, rule: MatchRule | null): Match | null {
  return rule === null ? null : { release: release.id, ...rule };
}

/** While two releases share the traffic, none can be said to be the only one kept. */
function isUnsettled({ weight, serving }: Scene): boolean {
  return weight > 0 || serving.length > 0;
}

function oldOnes(scene: Scene): readonly { id: string; version: string }[] {
  const { stable, serving, idle } = scene;
  return [...(stable === null ? [] : [stable]), ...serving, ...(isUnsettled(scene) ? idle : [])];
}
