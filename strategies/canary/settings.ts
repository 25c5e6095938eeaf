import { z } from 'zod';
import { ON_FAILURE } from '../../src/contract/index.ts';
import { asIn, duration, gateNames, percent } from '../../src/settings/scalars.ts';
import { approval, COMMON, match } from '../../src/settings/strategy.ts';
import { withLastStage } from './last-stage.ts';

const canaryStage = z
  .preprocess(
    (value) => (typeof value === 'string' || typeof value === 'number' ? { weight: value } : value),
    z.strictObject({
      weight: percent().describe('Share of the traffic that the new release gets, in percent.'),
      duration: duration()
        .optional()
        .describe(
          'How long the stage is held; `duration` of the canary by default, and 0s for a last one of 100%, because the bake follows.',
        ),
      capacity: percent()
        .nullable()
        .default(null)
        .describe(
          'Capacity of the new release in percent of full; by default as much as the weight needs.',
        ),
      gates: gateNames()
        .default([])
        .describe('Gates that watch during this stage, in addition to those of `watch`.'),
      approval: approval.default(null).describe('Asks a person before the stage gets its traffic.'),
      match: match
        .default(null)
        .describe('From this stage on, requests that go to the new release whatever the split is.'),
      onFailure: z
        .enum(ON_FAILURE)
        .nullable()
        .default(null)
        .describe('What to do after a failure in this stage.'),
    }),
  )
  .meta({ also: { type: ['string', 'number'] } });

export const settings = z
  .strictObject({
    ...COMMON,
    stages: z
      .array(canaryStage, { error: asIn('a list such as [5%, 25%, 100%]') })
      .min(1)
      .max(100)
      .prefault(['5%', '25%', '50%', '100%'])
      .describe(
        'The stages of the canary; weights may also go down. A last stage of 100% is added if missing. Short: `[5%, 25%, 100%]`.',
      ),
    duration: duration()
      .prefault('5m')
      .describe(
        'How long a stage without a duration of its own is held; a last one of 100% is not held, because the bake follows.',
      ),
    approval: approval
      .default(null)
      .describe('Asks a person before the last stage, which takes all of the traffic.'),
  })
  .superRefine(({ stages }, context) => {
    if (stages[0]?.weight !== 100) return;
    const message =
      '=found a first stage of 100%, which is a blue-green switch: begin with less, or use "strategy: blue-green"';
    context.addIssue({ code: 'custom', path: ['stages', 0], message });
  })
  .transform(({ stages, duration, ...canary }) => {
    const held = stages.map((stage, index) => {
      const isWhole = stage.weight === 100 && index === stages.length - 1;
      return { ...stage, duration: stage.duration ?? (isWhole ? 0 : duration) };
    });
    return { ...canary, stages: withLastStage(held) };
  })
  .describe('The new release gets the traffic stage by stage and is compared with the old one.');
