import type { Amount, RollingSettings } from '../../src/contract/index.ts';

/** How many units there are, and how many change at a time. */
export interface RollingPace {
  readonly of: number;
  readonly batch: number;
  readonly surge: number;
  readonly unavailable: number;
}

export interface RollingBatch extends RollingPace {
  readonly number: number;
  readonly last: number;
  readonly before: number;
  readonly replaced: number;
}

/** Batches round up so that they end; units that may be missing round down so that enough are left. */
export function paceOf(settings: RollingSettings, of: number): RollingPace {
  const unavailable = Math.min(units(settings.maxUnavailable, of, Math.floor), of);
  const surge = units(settings.maxSurge, of, Math.ceil);
  const room = surge + unavailable;
  const batch = Math.max(1, units(settings.batch, of, Math.ceil));
  return {
    of,
    unavailable,
    surge: room === 0 ? 1 : surge,
    batch: Math.min(batch, Math.max(1, room), of),
  };
}

/** Goes on from the units that run the release already. */
export function batchesOf(pace: RollingPace, weight: number): readonly RollingBatch[] {
  const already = Math.min(Math.floor((pace.of * weight) / 100), pace.of - 1);
  const last = Math.ceil((pace.of - already) / pace.batch);
  return Array.from({ length: last }, (_, index) => {
    const before = already + index * pace.batch;
    return {
      ...pace,
      number: index + 1,
      last,
      before,
      replaced: Math.min(before + pace.batch, pace.of),
    };
  });
}

function units(amount: Amount, of: number, round: (value: number) => number): number {
  return 'count' in amount ? amount.count : round((of * amount.percent) / 100);
}

export function rollingPercent(part: number, of: number): number {
  return Math.round((part * 1000) / of) / 10;
}
