import type { JournalRecord } from '../../../src/contract/index.ts';

/** Says what is wrong, or nothing. */
export type Finding = string | null;

/** A record as it was just written: its text as it lies in the store, and when. */
export interface Entry {
  readonly record: JournalRecord;
  readonly text: string;
  readonly at: number;
}

export const said = (findings: readonly Finding[]): string[] =>
  findings.filter((finding) => finding !== null);
