/** What was counted of one track. Plain JSON. */
export interface Tally {
  readonly bad: number;
  readonly total: number;
}

export const noTally: Tally = { bad: 0, total: 0 };
