import { parseArgs } from 'node:util';

/** How many releases of either kind, and from which seed they are drawn. */
interface BenchAsked {
  readonly runs: number;
  readonly seed: number;
}

export const USAGE = `usage: npm run bench:gates -- [RELEASES] [SEED]
  RELEASES   simulated good releases, and as many bad ones (10000)
  SEED       the same seed draws the same releases (1)
Both may be written as --runs N and --seed N. Ends with 1 if a goal is missed.`;

/** What the command line asks for; null for help. Throws, in words, where it is no such thing. */
export function benchAskedIn(args: readonly string[]): BenchAsked | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      runs: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  if (values.help) return null;
  const [runs, seed, more] = positionals;
  if (more !== undefined) throw new Error(`"${more}" is one number too many`);
  return {
    runs: wholeOf('RELEASES', values.runs ?? runs ?? '10000', 1),
    seed: wholeOf('SEED', values.seed ?? seed ?? '1', 0),
  };
}

function wholeOf(name: string, text: string, least: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${name} is a whole number from ${least}, not "${text}"`);
}
