import type { ReadSecret } from '../../src/contract/index.ts';
import type { Clock } from '../../src/lib/clock.ts';

/** What the sources may know of the run they are part of. */
export interface Surroundings {
  readonly clock: Clock;
  /** For commands of the user's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that commands run in. */
  readonly cwd: string;
  /** For secrets that a command prints. */
  readonly readSecret?: ReadSecret;
  /** For what is quoted of the outside, before it is cut: half a secret is not known again. */
  readonly redact?: (text: string) => string;
}
