import { EXIT, type ExitCode, type GateSpec } from '../../contract/index.ts';
import { countsBad, estimateDetectionOf, type Rise, smallestSeen } from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { percentWords, timeWords } from '../plans/rise-words.ts';
import { type Input, type OptionSpec, textOption, wantsJson } from '../shell/command.ts';
import { aligned } from '../shell/table.ts';
import { notARate } from './errors.ts';

/** What is asked of no source: how long a rise takes to show in so much traffic. */
export const DETECTION_OPTIONS: readonly OptionSpec[] = [
  { flags: '--traffic <rate>', description: 'requests per second: how soon would a rise show?' },
  { flags: '--weight <percent>', description: 'share of them to the new release (default: 5%)' },
  { flags: '--usual <percent>', description: 'share of failures as usual (default: 0.1%)' },
  { flags: '--risen <percent>', description: 'share of failures to detect (default: 1%)' },
];

export function riseOf({ options }: Input): Rise | null {
  const traffic = textOption(options, 'traffic');
  if (traffic === undefined) return null;
  const rate = numberIn('traffic', traffic.replace(/\/s$/, ''));
  const share = (name: string, usual: number) => {
    const written = textOption(options, name);
    return written === undefined ? usual : numberIn(name, written.replace(/\s*%$/, ''));
  };
  const [weight, usual, risen] = [share('weight', 5), share('usual', 0.1), share('risen', 1)];
  return { rate, weight, usual: usual / 100, risen: risen / 100 };
}

function numberIn(name: string, written: string): number {
  const value = Number(written);
  const most = name === 'traffic' ? 1e9 : 100;
  if (written.trim() !== '' && value > 0 && value <= most) return value;
  throw notARate(name, written);
}

interface Detected {
  readonly gate: string;
  /** Ms; null for never. */
  readonly after: number | null;
  readonly samples: number;
  readonly ripe: number;
  /** The smallest share of bad ones that shows within the time below; null for none. */
  readonly smallest: number | null;
}

const SHOWS_SOON_MS = 600_000;

/** Of the gates that count requests: those that compare, or have a limit for a share. */
function detect(gates: Readonly<Record<string, GateSpec>>, rise: Rise): readonly Detected[] {
  return Object.entries(gates)
    .filter(([, spec]) => countsBad(spec))
    .map(([gate, spec]) => ({
      gate,
      ...estimateDetectionOf(spec, rise),
      smallest: smallestSeen(spec, rise, SHOWS_SOON_MS),
    }));
}

function detectionWords(
  rise: Rise,
  { after, samples, ripe, smallest }: Detected,
  { judge }: GateSpec,
): string {
  const { rate, weight, usual, risen } = rise;
  const before = weight === 100 && judge.compare ? ', against stable as it was,' : '';
  const traffic = `at ${weight} % of ${rate} req/s${before} a rise from ${percentWords(usual)} to ${percentWords(risen)}`;
  const shows =
    after === null
      ? 'never shows'
      : `shows after about ${timeWords(after)} (${Math.round(samples)} requests)`;
  const seen =
    smallest === null ? 'nothing shows' : `what rises to ${percentWords(smallest)} or more shows`;
  return `${traffic} ${shows}; within ${formatDuration(SHOWS_SOON_MS)} ${seen}; a pass has its samples after ${formatDuration(ripe)}`;
}

export function tellDetection(
  input: Input,
  rise: Rise,
  gates: Readonly<Record<string, GateSpec>>,
): ExitCode {
  const detected = detect(gates, rise);
  const rows = detected.map((one) => [
    one.gate,
    detectionWords(rise, one, gates[one.gate] as GateSpec),
  ]);
  const told = wantsJson(input)
    ? JSON.stringify({ rise, gates: detected })
    : displayLines((rows.length > 0 ? aligned(rows) : ['No gate counts requests.']).join('\n'));
  input.io.stdout.write(`${told}\n`);
  return EXIT.done;
}
