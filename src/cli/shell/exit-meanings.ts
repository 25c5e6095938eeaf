import { EXIT, type ExitCode } from '../../contract/index.ts';

export interface ExitMeaning {
  readonly codes: readonly ExitCode[];
  readonly words: string;
}

/** In the same words in `--help`, the manual, README.md and docs/guide.md. */
export const EXIT_MEANINGS: readonly ExitMeaning[] = [
  { codes: [EXIT.done], words: 'done: the wanted state is live and was read back' },
  {
    codes: [EXIT.couldNotRun],
    words:
      'could not run: a fault of the tool or its surroundings, or a journal that a newer version wrote',
  },
  {
    codes: [EXIT.usage],
    words:
      'wrong command line or config, or a plan that this target cannot carry out; nothing was touched',
  },
  {
    codes: [EXIT.rolledBack],
    words: 'the release failed and was rolled back; what served before serves again',
  },
  { codes: [EXIT.needsPerson], words: 'not in a known good state: a person must look' },
  {
    codes: [EXIT.waiting],
    words:
      'stopped: waits for approval or for valid credentials, was paused, or failed under the policy `hold`',
  },
  { codes: [EXIT.held], words: 'another process holds the target, or has taken it over' },
  {
    codes: [EXIT.refused],
    words:
      'refused: what is live was changed by others, or the place or deployment is not the one that the command expects',
  },
  {
    codes: [EXIT.interrupted, EXIT.terminated],
    words: 'interrupted by Ctrl-C or by SIGTERM; recorded as paused, can be resumed',
  },
];
