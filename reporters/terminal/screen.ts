import type { ChalkInstance } from 'chalk';
import type { Line } from '../kit/line.ts';
import type { Typing } from '../kit/output.ts';

/** What a picture is made for. */
export interface Screen {
  readonly columns: number;
  /** Lines there are; Infinity for the last picture, which may scroll. */
  readonly rows: number;
  readonly now: number;
  readonly paint: ChalkInstance;
  /** Of the spinner; empty for a picture that stands still. */
  readonly frame: string;
  readonly typed?: Typing | undefined;
}

/** One line of a view: not yet cut or coloured. */
export type Stretches = readonly Line[];

/** How much is left out, from nothing to all that can be. */
export type Tightness = 0 | 1 | 2 | 3;

/** A screen with the room that is left for steps to come, where not all of them fit. */
export interface Canvas extends Screen {
  readonly coming: number;
}
