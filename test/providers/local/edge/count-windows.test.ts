import { describe, expect, it } from 'vitest';
import { Windows } from '../../../../providers/local/edge/count-windows.ts';
import { mulberry } from '../../../helpers/mulberry.ts';

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

  it('never counts the millisecond that is still open', () => {
    const windows = new Windows();
    windows.record(1100.2, 5, false);
    expect(windows.read(1100.9, { span: 1000, age: 0 }).total).toBe(0);
    expect(windows.read(1101, { span: 1000, age: 0 }).total).toBe(1);
  });

  it.each([1, 37, 100, 250, 400, 999, 2500])(
    'counts each request once over windows of %i ms one after the other',
    (span) => {
      const windows = new Windows();
      const random = mulberry(span);
      const sum = { total: 0, bad: 0, latency: 0 };
      let [sent, failed, now] = [0, 0, 5.5];
      for (let end = span; end <= 20_000; end += span) {
        for (; now < end; now += random() * 12) {
          windows.record(now, random() * 100, sent % 3 === 0);
          if (sent++ % 3 === 0) failed++;
        }
        const { total, bad, latency } = windows.read(end, { span, age: 0 });
        sum.total += total;
        sum.bad += bad;
        for (const [, count] of latency.buckets) sum.latency += count;
      }
      expect(sum).toEqual({ total: sent, bad: failed, latency: sent });
    },
  );

  it('counts each request once also where there are more than it knows one by one', () => {
    const windows = new Windows();
    let [sum, sent, now] = [0, 0, 0];
    for (let end = 7777; end <= 77_770; end += 7777) {
      for (; now < end; now += 0.1) {
        windows.record(now, 3, false);
        sent++;
      }
      sum += windows.read(end, { span: 7777, age: 0 }).total;
    }
    expect(sum).toBe(sent);
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
