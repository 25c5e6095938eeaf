import type { Measurement, Reading } from '../contract/index.ts';

/** A measurement with a reading of the candidate that can be judged. */
export interface SoundMeasurement extends Measurement {
  readonly candidate: Reading;
}

/** What one reading says about the limits. `unsure`: over a limit, but not by more than chance gives. */
export interface Finding {
  readonly is: 'breach' | 'unsure' | 'good';
  /** A breach that by itself may still be chance once in many looks: it needs a second one. */
  readonly weak: boolean;
  /** A hard limit needs no minimum of samples; a comparison does. */
  readonly hard: boolean;
  /** Rests on all windows so far: no further breach is waited for. */
  readonly final?: true;
  readonly limit: number | null;
  readonly reason: string;
}
