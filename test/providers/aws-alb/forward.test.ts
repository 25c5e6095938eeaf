import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import {
  albSharesOf,
  isShare,
  needsFine,
  pinnedFor,
  weightOf,
  weightsIn,
  withWeights,
} from '../../../providers/aws-alb/forward.ts';

const oidc = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { Issuer: 'x' } };
const sticky = { Enabled: true, DurationSeconds: 90 };
const rule = {
  Actions: [
    oidc,
    {
      Type: 'forward',
      Order: 2,
      TargetGroupArn: 'blue',
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: 'blue', Weight: 1 }],
        TargetGroupStickinessConfig: sticky,
      },
    },
  ],
} as unknown as Rule;

test('only the weights of the forward action change, and the name that AWS echoes beside them goes', () => {
  const weights = [
    { group: 'blue', weight: 95 },
    { group: 'green', weight: 0 },
  ];
  expect(withWeights(rule, weights)).toEqual([
    oidc,
    {
      Type: 'forward',
      Order: 2,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: 'blue', Weight: 95 },
          { TargetGroupArn: 'green', Weight: 0 },
        ],
        TargetGroupStickinessConfig: sticky,
      },
    },
  ]);
});

test('an action with one group gives it all of the traffic', () => {
  const single = { Actions: [{ Type: 'forward', TargetGroupArn: 'blue' }] } as Rule;
  expect(albSharesOf(weightsIn(single))).toEqual(new Map([['blue', 100]]));
  expect(albSharesOf([{ group: 'blue', weight: 0 }])).toEqual(new Map([['blue', 0]]));
  expect(weightsIn({ Actions: [{ Type: 'redirect' }] } as Rule)).toEqual([]);
});

test('seconds for which users are pinned are told only where they are', () => {
  expect(pinnedFor(rule)).toBe(90);
  expect(pinnedFor({ Actions: [{ Type: 'forward', TargetGroupArn: 'blue' }] } as Rule)).toBe(0);
});

test.each([0.1, 0.5, 1, 2.5, 33.3, 50, 66.7, 99.9])(
  '%d %% is read back as it was asked for, with weights that AWS takes',
  (percent) => {
    const other = 100 - percent;
    const isFine = needsFine([percent, other]);
    const weights = [percent, other].map((share, index) => ({
      group: String(index),
      weight: weightOf(share, isFine),
    }));
    for (const { weight } of weights) {
      expect(Number.isInteger(weight)).toBe(true);
      expect(weight).toBeLessThanOrEqual(999);
    }
    expect(isShare(albSharesOf(weights).get('0') ?? 0, percent)).toBe(true);
  },
);
