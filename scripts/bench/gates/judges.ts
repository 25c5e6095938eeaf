/** When a judge stopped a release, in seconds after its first traffic. */
export interface Verdict {
  readonly failedAt: number | null;
  /** Too little was seen for a pass: the release goes back, and is not called bad. */
  readonly undecided: boolean;
}
