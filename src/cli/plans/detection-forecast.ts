import type { GateSpec, Step } from '../../contract/index.ts';
import { countsBad, estimateDetectionOf, type Rise } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { PresentTraffic } from './present-traffic.ts';
import { percentWords, timeWords } from './rise-words.ts';

/** What is asked of every stage: the rise that `analyze --traffic` asks about, too. */
const USUAL = 0.001;
const RISE = 10;

interface Watched {
  readonly gate: string;
  readonly spec: GateSpec;
  /** In which it watches the traffic as it is now, shared out. */
  readonly steps: readonly Step[];
}

/** Of the gates that weigh evidence: those about counts, with a limit for the share or a comparison. */
export function watchedByCounts(
  steps: readonly Step[],
  gates: Readonly<Record<string, GateSpec>>,
): readonly Watched[] {
  return Object.entries(gates).flatMap(([gate, spec]) => {
    if (spec.advisory || !countsBad(spec)) return [];
    const watching = steps.filter(
      ({ watch, estimate }) => watch.includes(gate) && estimate.weight > 0,
    );
    return watching.length > 0 ? [{ gate, spec, steps: watching }] : [];
  });
}

/** How soon a rise would show in each stage, and which of them are too short for it. */
export function detectionNote(
  { gate, spec, steps }: Watched,
  traffic: PresentTraffic | null,
): string | null {
  if (traffic === null)
    return `Gate ${gate}: no forecast of detection times, because its source does not tell how much traffic there is now.`;
  if (traffic.rate === 0) return null;
  const rate = traffic.rate * 1000;
  const { usual, risen } = riseAsked(spec, traffic);
  const seen = steps.map((step) => {
    const { weight } = step.estimate;
    return { step, weight, ...estimateDetectionOf(spec, { rate, weight, usual, risen }) };
  });
  const byWeight = [...new Map(seen.map((one) => [one.weight, one])).values()];
  const told = byWeight.map(({ weight, after }, index) => {
    const traffic = index === 0 ? ` of ${Number(rate.toPrecision(2))} req/s` : '';
    const before = weight === 100 && spec.judge.compare ? ' against stable as it was' : '';
    const share = `at ${weight} %${traffic}${before}`;
    const rise = ` a rise from ${percentWords(usual)} to ${percentWords(risen)} shows`;
    return `${share}${index === 0 ? rise : ''} ${after === null ? 'in no week' : `after about ${timeWords(after)}`}`;
  });
  const short = seen.filter(({ step, after }) => after === null || after > durationOf(step));
  return `Gate ${gate}: ${told.join(', ')}${shortWords(short.map(({ step }) => step))}.`;
}

/** What is usual is what is seen, where that is not less than can be told apart from nothing. */
function riseAsked({ judge }: GateSpec, { bad }: PresentTraffic): Pick<Rise, 'usual' | 'risen'> {
  const usual = Math.min(0.5, Math.max(USUAL, bad ?? 0));
  const limit = judge.compare ? 0 : (judge.max ?? 1 - (judge.min ?? 1));
  return { usual, risen: Math.min(1, Math.max(usual * RISE, limit * 2)) };
}

const durationOf = ({ action }: Step) =>
  action.kind === 'hold' || action.kind === 'bake' ? action.duration : 0;

function shortWords(steps: readonly Step[]): string {
  if (steps.length === 0) return '';
  const named = steps.map((step) => `"${step.title}" (${formatDuration(durationOf(step))})`);
  return `; too short to see it by ${steps.length > 1 ? 'themselves' : 'itself'}: ${named.join(', ')}`;
}
