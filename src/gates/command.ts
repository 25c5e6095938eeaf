import type { GateSource, Subject } from '../contract/index.ts';
import { excerpt, no, unread, yes } from './reading.ts';
import type { Surroundings } from './surroundings.ts';
import { troubleOf } from './trouble.ts';

export type CommandSettings = {
  /** An argument vector, never a shell line. */
  readonly run: readonly string[];
};

/** EX_TEMPFAIL of sysexits: the command could not find out. 126 and 127 are `env` and `sh` finding no command. */
const CANNOT_TELL = [75, 126, 127];

/** Ms between the polite and the final signal. */
const GRACE = 1000;

/** Characters of the end, where commands say what was wrong. */
const LONGEST_OUTPUT = 300;

/** Does a command of the user's exit with 0? */
export function createCommandSource(
  surroundings: Pick<Surroundings, 'env' | 'cwd'>,
): GateSource<CommandSettings> {
  return {
    async measure({ settings, subject, signal }) {
      try {
        signal.throwIfAborted();
        const { exitCode, message, output } = await run(
          settings.run,
          subject,
          signal,
          surroundings,
        );
        const words = [message, excerpt(output)].filter(Boolean).join(': ');
        if (signal.aborted) return troubleOf(signal.reason, signal);
        if (exitCode === 0) return yes(words);
        if (exitCode === undefined || CANNOT_TELL.includes(exitCode))
          return unread('sourceError', words);
        return no(words);
      } catch (error) {
        return troubleOf(error, signal);
      }
    },
  };
}

async function run(
  [file = '', ...args]: readonly string[],
  subject: Subject,
  signal: AbortSignal,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
) {
  const { execa } = await import('execa');
  const child = execa(file, args, {
    cwd,
    env: { ...env, ...told(subject) },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: signal,
    killDescendants: true,
    forceKillAfterDelay: GRACE,
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-LONGEST_OUTPUT);
  });
  const { exitCode, failed, originalMessage, signal: killed } = await child;
  const message =
    exitCode === undefined ? (originalMessage ?? `ended by ${killed}`) : `exit ${exitCode}`;
  return { exitCode, message: failed ? message : '', output };
}

function told({ deployment, candidate, stable, track, address }: Subject) {
  const release = track === 'stable' ? stable : candidate;
  return {
    DEPLOYCTL_DEPLOYMENT: deployment,
    DEPLOYCTL_RELEASE: release?.id ?? '',
    DEPLOYCTL_VERSION: release?.version ?? '',
    DEPLOYCTL_TRACK: track,
    DEPLOYCTL_ADDRESS: address ?? '',
  };
}
