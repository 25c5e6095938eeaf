import { z } from 'zod';
import { runCommand } from '../../../src/clients/command.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import type { Compute, Crew, CrewState } from './compute.ts';
import { albSpecIn } from './spec.ts';

/** Ms that one call may take: well within what an operation waits for. */
const ANSWER_LIMIT_MS = 10_000;
/** Characters of what the program printed that stand in an error. */
const QUOTED = 400;

/** What the program prints as its last line when it is polled. */
const answerSchema = z.object({
  targets: z.array(z.string().regex(/^[\w.:-]+:\d{1,5}$/)).default([]),
  failed: z.string().nullable().default(null),
  progress: z.string().nullable().default(null),
  logs: z.array(z.string()).default([]),
});

export interface CommandMeans {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type ComputeVerb = 'start' | 'poll' | 'stop';

/** A program of the user's, called with one word after another: `start`, `poll` as often as needed, `stop`. */
export function programCompute({ folder, env }: CommandMeans): Compute {
  const call = async (
    verb: ComputeVerb,
    crew: Omit<Crew, 'units'> & { units: number },
    signal: AbortSignal,
  ) => {
    const spec = albSpecIn(crew.release);
    if (spec.compute !== 'command')
      throw new ProviderError(
        'permanent',
        `${crew.release.version} is started by ${spec.compute}, not by a program`,
      );
    const told = {
      DEPLOYCTL_RELEASE: crew.release.id,
      DEPLOYCTL_VERSION: crew.release.version,
      DEPLOYCTL_UNITS: String(crew.units),
      DEPLOYCTL_GROUP: crew.group,
    };
    const limits = { timeout: ANSWER_LIMIT_MS, signal, env: { ...env, ...told }, cwd: folder };
    const { code, output, ended } = await runCommand([...spec.run, verb], limits);
    if (code === 0) return output;
    // Nobody knows how far it came; both words may be said again.
    const failure = signal.aborted || ended ? 'unknown' : 'permanent';
    throw new ProviderError(
      failure,
      `\`${[...spec.run, verb].join(' ')}\` ${ended ?? `exits with code ${code}`}: ${endOfOutput(output.trim())}`,
    );
  };
  return {
    cannot: {
      replace:
        'the units of a program are started and stopped all together, never one by one: use canary or blue-green',
    },
    idle: 'warm',
    start: async (crew, signal) => void (await call('start', crew, signal)),
    poll: async (crew, signal) => stateIn(await call('poll', crew, signal), crew.release),
    list: async () => new Map(),
    stop: async (crew, signal) => void (await call('stop', { ...crew, units: 0 }, signal)),
    describe: async ({ command }) => ({
      compute: 'command',
      run: command?.run ?? [],
      units: command?.units ?? 1,
    }),
  };
}

/** From the beginning of a word: half a secret would not be known for one, and so not be masked. */
function endOfOutput(text: string): string {
  return text.length > QUOTED ? text.slice(-QUOTED - 1).replace(/^\S*\s*/, '') : text;
}

function stateIn(output: string, release: Crew['release']): CrewState {
  const line = output.trim().split('\n').at(-1) ?? '';
  const { targets, failed, progress, logs } = read(line, albSpecIn(release));
  return {
    targets: [...new Set(targets)].sort(),
    failed: failed === null ? null : { reason: failed, logs },
    words: progress,
  };
}

function read(line: string, spec: ReturnType<typeof albSpecIn>) {
  const parsed = answerSchema.safeParse(asParsed(line));
  if (parsed.success) return parsed.data;
  const program = spec.compute === 'command' ? spec.run.join(' ') : '';
  throw new ProviderError(
    'permanent',
    `\`${program} poll\` ends with ${JSON.stringify(line.slice(0, QUOTED))}, where {"targets": ["10.0.1.7:8080"]} is expected, with "failed" and "progress" where there is something to say`,
  );
}

function asParsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
