import type { KayentaSpec } from '../../../src/contract/index.ts';
import { classify } from '../../../src/judge/kayenta/classify.ts';
import { scoreOf } from '../../../src/judge/kayenta/score.ts';
import { usualKayenta } from '../../../test/judge/kayenta/usual.ts';
import type { Verdict } from './judges.ts';
import { sumOf, TICK, type Tick } from './services.ts';

const MINUTE = 60 / TICK;
const PASSED: Verdict = { failedAt: null, undecided: false };
const failedAt = (tick: number): Verdict => ({ failedAt: tick * TICK, undecided: false });

/**
 * The rule of Argo Rollouts’ documentation: a success rate of 95 % over five minutes, asked every
 * `every` ticks, and failed by the fourth measurement below it; five errors in a row end it, too.
 */
export function judgedAsArgo(ticks: readonly Tick[], every = 5 * MINUTE): Verdict {
  let [failures, errors] = [0, 0];
  for (let at = every; at <= ticks.length; at += every) {
    const { total, bad } = sumOf(ticks.slice(Math.max(0, at - 5 * MINUTE), at), 'candidate');
    if (ticks.slice(Math.max(0, at - 5 * MINUTE), at).every(({ gap }) => gap)) errors++;
    else errors = 0;
    // Nothing over nothing is no number, and no number is at least 0.95.
    if (errors === 0 && !(total > 0 && 1 - bad / total >= 0.95)) failures++;
    if (failures > 3 || errors > 4) return failedAt(at);
  }
  return PASSED;
}

/**
 * Flagger’s built-in metrics with the limits of its documentation: each minute a success rate of at
 * least 99 % and a p99 of at most half a second; the fifth failed check, in a row or not, ends it,
 * and no data is a failed check.
 */
export function judgedAsFlagger(ticks: readonly Tick[]): Verdict {
  let failed = 0;
  for (let at = MINUTE; at <= ticks.length; at += MINUTE) {
    const { total, bad, late } = sumOf(ticks.slice(at - MINUTE, at), 'candidate');
    const isGood = total > 0 && 1 - bad / total >= 0.99 && late / total <= 0.01;
    if (!isGood && ++failed >= 5) return failedAt(at);
  }
  return PASSED;
}

/** As its judge has it where a canary config says that only an increase counts. */
const KAYENTA: KayentaSpec = { ...usualKayenta, direction: 'increase' };

/**
 * Kayenta with the defaults of Spinnaker: one point a minute and metric, both tracks, judged over all
 * that there is by the end of each stage; two metrics, a score of at least 75 to go on and 95 at last.
 */
export function judgedAsKayenta(ticks: readonly Tick[], ends: readonly number[]): Verdict {
  for (const [index, end] of ends.entries()) {
    const points = (name: 'bad' | 'slow', track: 'candidate' | 'stable') => {
      const values: number[] = [];
      for (let at = MINUTE; at <= end; at += MINUTE) {
        const counts = sumOf(ticks.slice(at - MINUTE, at), track);
        if (counts.total > 0) values.push((100 * counts[name]) / counts.total);
      }
      return values;
    };
    const metrics = (['bad', 'slow'] as const).map((name) => {
      const series = { candidate: points(name, 'candidate'), stable: points(name, 'stable') };
      return { spec: KAYENTA, found: classify(KAYENTA, series) };
    });
    const needed = index === ends.length - 1 ? KAYENTA.pass : KAYENTA.marginal;
    if (scoreOf(metrics).value < needed) return failedAt(end);
  }
  return PASSED;
}
