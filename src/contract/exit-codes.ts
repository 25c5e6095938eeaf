/** Exit codes are part of the interface: scripts and people at 3 a.m. act on them. */
export const EXIT = {
  done: 0,
  couldNotRun: 1,
  usage: 2,
  rolledBack: 3,
  needsPerson: 4,
  waiting: 5,
  held: 6,
  refused: 7,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
