import { EXIT, type ExitCode, type LogLine } from '../../contract/index.ts';
import { findDeployment, listDeployments } from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { redacted } from '../../lib/redacted.ts';
import {
  type Command,
  countOption,
  type Input,
  OUTPUT_OPTION,
  TARGET_OPTIONS,
  wantsJson,
} from '../shell/command.ts';
import { type HostPlace, openHost } from '../target/host-place.ts';
import { releaseUnknown } from './errors.ts';

export const command: Command = {
  arguments: '[release]',
  description:
    'Show the logs of the service: of one release (version or deployment id), or of all.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    { flags: '-f, --follow', description: 'keep printing new lines' },
    { flags: '-n, --lines <count>', description: 'how many past lines per replica (default: 20)' },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl logs', 'the end of what every replica wrote'],
    ['deployctl logs v42 --follow', 'one release, as it writes'],
  ],
  shows: true,
  run: showLogs,
};

async function showLogs(input: Input): Promise<ExitCode> {
  const lines = countOption(input, 'lines', 0) ?? 20;
  const place = await openHost({ ...input, args: [] }, 'keeps no logs on this machine');
  // Which secrets the service was given nobody can tell then, so none could be masked.
  if (place.damage) throw place.damage;
  const [wanted] = input.args;
  const release = wanted === undefined ? undefined : await releaseIdMeant(place, wanted);
  const { io, options } = input;
  const stop = new AbortController();
  const unlisten = io.signals.listen(() => stop.abort());
  const signal = AbortSignal.any([stop.signal, io.readerGone]);
  const tell = (line: LogLine) => io.stdout.write(`${logLineText(input, line)}\n`);
  try {
    const how = { release, lines, follow: options.follow === true, signal };
    await place.host.logs(place.connection, how, tell);
  } finally {
    unlisten();
  }
  return stop.signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** Masked before it is JSON-encoded: a secret that is encoded twice is not recognised. */
function logLineText(input: Input, said: LogLine): string {
  const line = redacted(said, input.io.redact);
  if (wantsJson(input)) return JSON.stringify(line);
  return displayLines(`${line.release}/${line.replica} | ${line.text}`);
}

/** By its own id, by version (the newest one that was so called), or by the deployment that brought it. */
async function releaseIdMeant({ target, store }: HostPlace, wanted: string): Promise<string> {
  const versions = new Set<string>();
  for await (const { first } of listDeployments({ store, target: target.id })) {
    if (first.body.kind !== 'opened') continue;
    const { id, version } = first.body.plan.release;
    if (wanted === id || wanted === version) return id;
    versions.add(version);
  }
  const named = await findDeployment(store, wanted).catch(() => null);
  if (named?.plan.target.id === target.id) return named.plan.release.id;
  throw releaseUnknown(wanted, [...versions]);
}
