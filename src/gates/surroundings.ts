import type { Clock } from '../lib/clock.ts';

/** What the sources may know of the run they are part of. */
export interface Surroundings {
  readonly clock: Clock;
  /** For commands of the user's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that commands run in. */
  readonly cwd: string;
}
