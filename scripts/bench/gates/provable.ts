import type { GateSpec } from '../../../src/contract/index.ts';
import { estimateDetectionOf } from '../../../src/judge/estimate.ts';
import { type Service, STAGES, type Trouble } from './services.ts';

const SPEC: Pick<GateSpec, 'interval' | 'delay' | 'judge'> = {
  interval: 15_000,
  delay: 0,
  judge: {
    max: null,
    min: null,
    consecutive: 1,
    for: 0,
    compare: { ratio: 1.5, difference: 0, floor: 0.001 },
    minSamples: 20,
    onNoData: 'fail',
    errorLimit: 4,
    alpha: 0.005,
  },
};
/** What half of all runs need, and more than that for nearly all. */
const ENOUGH = 2;

/**
 * Whether a steady rise of errors to at least twice as many has requests enough to be told from chance
 * within a stage, as the product itself reckons it beforehand; bursts of one client count once.
 */
export function isProvable({ rate, errors, burst }: Service, trouble: Trouble): boolean {
  if (!trouble.kind.startsWith('errors') && trouble.kind !== 'broken') return false;
  const risen = Math.min(1, errors * trouble.errors(0));
  const effective = rate / (burst > 1 ? 2 * burst - 1 : 1);
  let begins = 0;
  return STAGES.some(({ weight, seconds }) => {
    const from = Math.max(0, trouble.from - begins);
    begins += seconds;
    const { after } = estimateDetectionOf(SPEC, { rate: effective, weight, usual: errors, risen });
    return after !== null && after * ENOUGH <= (seconds - from) * 1000;
  });
}
