import type { GateSource, SourceMeans, Subject } from '../../src/contract/index.ts';
import { excerpt, no, unread, yes } from '../kit/reading.ts';
import { headerLines, reveal } from '../kit/secrets.ts';
import { troubleOf } from '../kit/trouble.ts';
import type { CommandSettings } from './settings.ts';

/** EX_TEMPFAIL of sysexits: the command could not find out. 126 and 127 are `env` and `sh` finding no command. */
const CANNOT_TELL = [75, 126, 127];

/** Characters of the end, where commands say what was wrong. */
const LONGEST_OUTPUT = 300;

/** Does a command of the user's exit with 0? */
export function createCommandSource(
  surroundings: Pick<SourceMeans, 'env' | 'cwd' | 'readSecret'> &
    Partial<Pick<SourceMeans, 'redact'>>,
): GateSource<Pick<CommandSettings, 'run'>> {
  return {
    async measure({ settings, subject, reach, signal }) {
      try {
        signal.throwIfAborted();
        const { runCommand } = await import('../../src/clients/command.ts');
        const { env, cwd } = surroundings;
        const way = await reach();
        const { headers, hide } = await reveal(way?.headers ?? {}, surroundings);
        const told = commandTold(subject, { url: way?.url ?? '', headers });
        const { code, output, ended } = await runCommand(settings.run, {
          env: { ...env, ...told },
          cwd,
          signal,
          redact: hide,
        });
        if (signal.aborted) return troubleOf(signal.reason, signal);
        const said = excerpt(output.slice(-LONGEST_OUTPUT));
        if (code === 0) return yes(said);
        const words = [ended ?? `exit ${code}`, said].filter(Boolean).join(': ');
        return CANNOT_TELL.includes(code) ? unread('sourceError', words) : no(words);
      } catch (error) {
        return troubleOf(error, signal);
      }
    },
  };
}

interface CommandWay {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function commandTold({ deployment, candidate, stable, track }: Subject, way: CommandWay) {
  const release = track === 'stable' ? stable : candidate;
  return {
    DEPLOYCTL_DEPLOYMENT: deployment,
    DEPLOYCTL_RELEASE: release?.id ?? '',
    DEPLOYCTL_VERSION: release?.version ?? '',
    DEPLOYCTL_TRACK: track,
    DEPLOYCTL_ADDRESS: way.url,
    DEPLOYCTL_HEADERS: headerLines(way.headers),
  };
}
