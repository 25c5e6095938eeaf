import type { ReleaseId, Start } from '../../../src/contract/index.ts';
import type { Baseline, Stage } from '../baseline.ts';
import type { Place } from '../place.ts';

const MAX_STAGES = 10;

/** The stages of a rolling release; null for a switch in one change, which has none. */
export function stagesFor(
  weights: readonly number[],
): readonly { readonly targetPercentage: number }[] | null {
  const shares = [...new Set(weights)]
    .filter((weight) => weight > 0 && weight < 100)
    .sort((a, b) => a - b);
  return shares.length === 0
    ? null
    : [...shares, 100].map((targetPercentage) => ({ targetPercentage }));
}

/** What Vercel would refuse of them; null for nothing. */
export function refusalOf(weights: readonly number[]): string | null {
  const stages = stagesFor(weights);
  if (!stages) return null;
  if (stages.length > MAX_STAGES)
    return `Vercel's Rolling Releases have at most ${MAX_STAGES} stages, the last of them 100 %: the plan has ${stages.length}.`;
  const broken = stages.find(({ targetPercentage }) => !Number.isInteger(targetPercentage));
  return broken
    ? `Vercel's Rolling Releases take whole percents: not ${broken.targetPercentage} %.`
    : null;
}

/** Every stage waits for us; Vercel copies them when a rolling release starts. */
export async function configure(
  { calls, memory }: Place,
  { release, weights }: Start,
  signal: AbortSignal,
): Promise<void> {
  const stages = stagesFor(weights);
  memory.configures.set(release.id, stages !== null);
  if (
    !stages ||
    sameStages((await calls.rollingSettings(signal))?.stages ?? null, stages, 'manual')
  )
    return;
  await calls.configureRolling(
    { enabled: true, advancementType: 'manual-approval', stages },
    signal,
  );
}

export async function isConfigured(
  { calls, memory }: Place,
  { release, weights }: Start,
  signal: AbortSignal,
): Promise<boolean> {
  const stages = stagesFor(weights);
  memory.configures.set(release.id, stages !== null);
  return (
    !stages || sameStages((await calls.rollingSettings(signal))?.stages ?? null, stages, 'manual')
  );
}

/** What is put back once a release is live, or has gone. */
export interface Restoring {
  readonly baseline: Baseline | null;
  readonly release: ReleaseId;
  readonly signal: AbortSignal;
}

/** The project's own settings, as they were. */
export async function restore(place: Place, restoring: Restoring): Promise<void> {
  const { baseline, signal } = restoring;
  if (!baseline || (await isRestored(place, restoring))) return;
  const { stages } = baseline;
  await place.calls.configureRolling(stages && { enabled: true, ...vercelWritten(stages) }, signal);
}

/** What others have set meanwhile is theirs, and stays. */
export async function isRestored(
  { calls, memory }: Place,
  { baseline, release, signal }: Restoring,
): Promise<boolean> {
  // Whoever takes over does not know, and then goes by what is set.
  if (!baseline || memory.configures.get(release) === false) return true;
  const now = (await calls.rollingSettings(signal))?.stages ?? null;
  return sameStages(now, baseline.stages) || !couldBeOurs(now);
}

/** Ours are on, and every stage of them waits for us. */
const couldBeOurs = (now: Stages) => now?.every(({ duration }) => duration === undefined) === true;

/** As they are sent: durations only where a stage ends by itself. */
function vercelWritten(stages: readonly Stage[]) {
  const automatic = stages.some(({ duration }) => duration !== undefined);
  return {
    advancementType: automatic ? ('automatic' as const) : ('manual-approval' as const),
    stages: stages.map(({ targetPercentage, duration }) => ({
      targetPercentage,
      ...(duration === undefined ? {} : { duration }),
    })),
  };
}

type Stages = readonly Stage[] | null;

function sameStages(a: Stages, b: Stages, only?: 'manual'): boolean {
  if (a === null || b === null) return a === b;
  const same = (one: Stage, other: Stage | undefined) =>
    one.targetPercentage === other?.targetPercentage && one.duration === other.duration;
  const manual = !only || couldBeOurs(a);
  return manual && a.length === b.length && a.every((stage, at) => same(stage, b[at]));
}
