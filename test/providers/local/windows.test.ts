import { describe, expect, it } from 'vitest';
import { Windows } from '../../../providers/local/edge/windows.ts';

const percentile = (buckets: readonly (readonly [number, number])[], share: number) => {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [upper, count] of buckets) {
    seen += count;
    if (seen >= total * share) return upper;
  }
  return Number.NaN;
};

describe('counts over closed windows', () => {
  it('holds exactly the requests of the window that was asked for', () => {
    const windows = new Windows();
    for (let now = 0; now < 10_000; now += 10) windows.record(now, 5, now % 100 === 0);
    expect(windows.read(10_000, { span: 2000, age: 0 })).toMatchObject({ total: 200, bad: 20 });
    expect(windows.read(10_000, { span: 2000, age: 3000 })).toMatchObject({ total: 200, bad: 20 });
    expect(windows.read(10_000, { span: 60_000, age: 0 })).toMatchObject({ total: 1000, bad: 100 });
  });

  it('never counts the quarter second that is still open', () => {
    const windows = new Windows();
    windows.record(1100, 5, false);
    expect(windows.read(1200, { span: 1000, age: 0 }).total).toBe(0);
    expect(windows.read(1250, { span: 1000, age: 0 }).total).toBe(1);
  });

  it('gives the same answer however late it is asked for the same window', () => {
    const windows = new Windows();
    for (let now = 0; now < 20_000; now += 7) windows.record(now, 3, now % 3 === 0);
    const then = windows.read(10_000, { span: 5000, age: 0 });
    for (let now = 20_000; now < 60_000; now += 7) windows.record(now, 3, true);
    expect(windows.read(60_000, { span: 5000, age: 50_000 })).toEqual(then);
  });

  it('forgets what is older than a quarter of an hour, and does not mistake it for something new', () => {
    const windows = new Windows();
    windows.record(100, 5, true);
    expect(windows.read(900_100, { span: 900_000, age: 0 })).toMatchObject({ total: 0, bad: 0 });
    windows.record(900_100, 5, false);
    expect(windows.read(900_500, { span: 900_000, age: 0 })).toMatchObject({ total: 1, bad: 0 });
  });

  it.each([1, 7, 83, 950, 12_000])('tells a latency of %i ms to within a tenth', (ms) => {
    const windows = new Windows();
    for (let i = 0; i < 990; i++) windows.record(1000, ms / 10, false);
    for (let i = 0; i < 11; i++) windows.record(1000, ms, false);
    const p99 = percentile(windows.read(2000, { span: 2000, age: 0 }).latency.buckets, 0.99);
    expect(p99).toBeGreaterThanOrEqual(ms * 0.999);
    expect(p99).toBeLessThanOrEqual(ms * 1.1);
  });
});
