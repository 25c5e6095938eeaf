import { expect, test } from 'vitest';
import { quantile } from '../../../gates/kit/numbers/quantile-setting.ts';

test.each([
  ['p50', 0.5],
  ['p99.9', 0.999],
  ['p99.9999', 0.999999],
  ['p1', 0.01],
  [0.95, 0.95],
])('%s is a percentile', (given, share) => expect(quantile.parse(given)).toBe(share));

/** What is left of them when it is rounded is the smallest or the largest value, which is no percentile. */
test.each(['p100', 'p0', 'p99.99999', 'p99.99999999999999999', 'p0.00001', 'p-5', '95', 0, 1])(
  '%s is none',
  (given) => expect(quantile.safeParse(given).success).toBe(false),
);
