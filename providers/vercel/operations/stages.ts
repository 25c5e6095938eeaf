import type { OperationContext, Start } from '../../../src/contract/index.ts';
import { type Baseline, baselineIn, type Stage } from '../baseline.ts';
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
export async function configure(place: Place, start: Start, signal: AbortSignal): Promise<void> {
  const stages = stagesFor(start.weights);
  if (!stages || (await isConfigured(place, start, signal))) return;
  await place.calls.configureRolling(
    { enabled: true, advancementType: 'manual-approval', stages },
    signal,
  );
}

export async function isConfigured(
  place: Place,
  { weights }: Start,
  signal: AbortSignal,
): Promise<boolean> {
  const stages = stagesFor(weights);
  return !stages || sameStages(await stagesNow(place, signal), stages);
}

/** The project's own settings, as they were. */
export async function restore(place: Place, context: OperationContext): Promise<void> {
  const { before, signal } = context;
  const baseline = baselineIn(before);
  if (!baseline || (await isRestored(place, context))) return;
  const { stages } = baseline;
  await place.calls.configureRolling(stages && { enabled: true, ...vercelWritten(stages) }, signal);
}

/** What this deployment has set goes by its weights: anything else was set by others meanwhile, and stays. */
export async function isRestored(
  place: Place,
  { before, weights = [], signal }: OperationContext,
): Promise<boolean> {
  const baseline = baselineIn(before);
  const ours = stagesFor(weights);
  if (!baseline || !ours) return true;
  const now = await stagesNow(place, signal);
  return sameStages(now, baseline.stages) || !sameStages(now, ours);
}

const stagesNow = async ({ calls }: Place, signal: AbortSignal): Promise<Stages> =>
  (await calls.rollingSettings(signal))?.stages ?? null;

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

type Stages = Baseline['stages'];

/** Ours have no duration: each of them waits for us. */
function sameStages(a: Stages, b: Stages): boolean {
  if (a === null || b === null) return a === b;
  const same = (one: Stage, other: Stage | undefined) =>
    one.targetPercentage === other?.targetPercentage && one.duration === other.duration;
  return a.length === b.length && a.every((stage, at) => same(stage, b[at]));
}
