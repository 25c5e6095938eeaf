import { formatDuration } from '../../lib/duration.ts';

/** `0.1 %`, of a share. */
export const percentWords = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** As exactly as an estimate can be. */
export const timeWords = (ms: number): string =>
  formatDuration(Number((ms / 1000).toPrecision(2)) * 1000);
