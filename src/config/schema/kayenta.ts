import { z } from 'zod';
import { KAYENTA_DIRECTIONS, KAYENTA_MEASURES, type KayentaSpec } from '../../contract/index.ts';
import { flag, number, text } from '../../settings/scalars.ts';

const allowed = (what: string, usual: string) =>
  number().optional().describe(`${what} Default 1 (${usual}), or 0.5 with cles.`);

const effect = z
  .strictObject({
    measure: z
      .enum(KAYENTA_MEASURES)
      .default('meanRatio')
      .describe(
        'meanRatio: mean of the candidate over that of stable. cles: of all pairs the share in which the candidate is higher.',
      ),
    allowedIncrease: allowed('High only from this effect on.', 'any'),
    allowedDecrease: allowed('Low only down from this effect.', 'any'),
    criticalIncrease: allowed('A critical metric fails all only from this effect on.', 'any'),
    criticalDecrease: allowed('A critical metric fails all only down from this effect.', 'any'),
  })
  .transform(({ measure, ...given }) => {
    const usual = measure === 'cles' ? 0.5 : 1;
    return {
      measure,
      allowedIncrease: given.allowedIncrease ?? usual,
      allowedDecrease: given.allowedDecrease ?? usual,
      criticalIncrease: given.criticalIncrease ?? usual,
      criticalDecrease: given.criticalDecrease ?? usual,
    };
  });

const kayenta = z
  .strictObject({
    direction: z
      .enum(KAYENTA_DIRECTIONS)
      .default('either')
      .describe('increase: only High counts against it. decrease: only Low. either: both.'),
    critical: flag().default(false).describe('Anything but a pass is a score of 0.'),
    mustHaveData: flag().default(false).describe('No data counts against its group.'),
    nan: z
      .enum(['remove', 'replace'])
      .default('remove')
      .describe('A window in which one side has no data: no point of it, or a point of 0.'),
    outliers: number()
      .nullable()
      .default(null)
      .describe(
        'Points that lie so many times the distance of the quartiles beyond them are left out (3 is usual). By default all are kept.',
      ),
    effect: effect.prefault({}).describe('How large a shift must be to count.'),
    groups: z.array(text()).min(1).default(['all']).describe('Groups of the score it belongs to.'),
    weights: z
      .record(z.string(), number({ max: 100 }))
      .default({})
      .describe(
        'Percent of the score by group; the others share what is left. The same for all gates.',
      ),
    pass: number({ max: 100 })
      .default(95)
      .describe('Score that the last judgement of a deployment needs.'),
    marginal: number({ max: 100 })
      .default(75)
      .describe('Score that each judgement before it needs.'),
  })
  .refine(({ pass, marginal }) => marginal <= pass, {
    error: 'marginal no higher than pass',
  });

/** Another judge than our own, with what it needs. */
export const otherJudge = z
  .preprocess(
    (value) => (value === 'kayenta' ? { kayenta: {} } : value),
    z.strictObject({
      kayenta: kayenta.describe(
        'Values of both releases, window by window, by the rank sum test and the score of Kayenta: at the end of each hold and bake all such gates stand or fall together.',
      ),
    }),
  )
  .transform((judge): KayentaSpec => judge.kayenta)
  .meta({ also: { const: 'kayenta' } });
