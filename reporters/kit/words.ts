import type { Measurement, Plan, Release, Split, Step } from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { oneLine } from './text.ts';

export function valueWords(value: number | null, unit: Measurement['unit']): string {
  if (value === null) return '–';
  switch (unit) {
    case 'ratio':
      return percentWords(value * 100);
    case 'ms':
      return `${short(value)} ms`;
    case 'perSecond':
      return `${short(value)}/s`;
    case 'yesNo':
      return value ? 'yes' : 'no';
    case 'count':
      return short(value);
  }
}

export function percentWords(percent: number): string {
  return `${short(percent)} %`;
}

function short(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** `shop (production)` */
export function targetWords({ target }: Plan): string {
  const { service, environment } = target;
  return oneLine(environment === null ? service : `${service} (${environment})`);
}

/** A commit's whole hash says no more to a person than its beginning. */
export function versionWords(version: string): string {
  return /^[0-9a-f]{20,}$/.test(version) ? version.slice(0, 12) : oneLine(version);
}

/** A gate's name before its reason, unless it stands there already. */
export function blameWords(gate: string | null, reason: string): string {
  const isNamed = gate === null || reason.startsWith(`${gate}:`);
  return oneLine(isNamed ? reason : `${gate}: ${reason}`);
}

/** `v41 → v42`, or only the one that comes when nothing was there. */
export function changeWords({ before, release }: Plan): string {
  const next = versionWords(release.version);
  return before.live === null ? next : `${versionWords(before.live.version)} → ${next}`;
}

/** A day of a deployment told as ms since it began: `+12.3s`, `+3m 5s`. */
export function sinceWords(ms: number): string {
  return ms < 60_000 ? `+${(Math.max(ms, 0) / 1000).toFixed(1)}s` : `+${formatDuration(ms)}`;
}

/** A time that is seen running: its digits may change, its width should not. */
export function tickingWords(ms: number): string {
  return ms < 10_000 ? `${(Math.max(ms, 0) / 1000).toFixed(1)}s` : formatDuration(ms);
}

export function rangeWords(best: number, worst: number): string {
  const [from, to] = [formatDuration(best), formatDuration(worst)];
  return from === to ? from : `${from}–${to}`;
}

/** Version labels for the ids that a plan's splits are written in. */
export function versionIn(plan: Plan | null, id: string): string {
  const known: readonly (Release | null | undefined)[] = [plan?.release, plan?.before.live];
  return versionWords(known.find((release) => release?.id === id)?.version ?? id);
}

export function splitWords(split: Split, name: (id: string) => string): string {
  const parts = Object.entries(split).map(([id, weight]) => `${name(id)} ${percentWords(weight)}`);
  return parts.join(', ');
}

/** Percent of the traffic on the release after each step, given what it had before. */
export function weightsAfter(
  steps: readonly Step[],
  id: string,
  before: number,
): readonly number[] {
  let weight = before;
  return steps.map((step) => {
    weight = weightAfter(step, id) ?? weight;
    return weight;
  });
}

export function weightAfter(step: Step, id: string): number | null {
  const split = splitAfter(step);
  return split === null ? null : (split[id] ?? 0);
}

/** How the traffic is split when the step is done; null when it does not change it. */
export function splitAfter({ action }: Step): Split | null {
  if (action.kind === 'route') return action.split;
  if (action.kind !== 'replace') return null;
  const { release, from, replaced, of } = action;
  const share = Math.round((replaced * 10_000) / of) / 100;
  const rest = Math.round((100 - share) * 100) / 100;
  return { [from.id]: rest, [release.id]: share };
}
