import { resolve } from 'node:path';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { redacted } from '../../lib/redacted.ts';
import { clockTime } from '../page/chart.ts';
import { type PageContent, pageText } from '../page/page.ts';
import type { GateSeries } from '../page/series.ts';
import type { Input } from '../shell/command.ts';
import { listTypedAgain } from '../shell/typed-again.ts';
import type { Past } from './past-span.ts';

interface Analyzed {
  /** What the gates were asked about. */
  readonly version: string;
  readonly stable: string | null;
  readonly place: string;
  readonly past: Past | null;
  readonly series: readonly GateSeries[];
}

/** What an analysis has found, as a file for people elsewhere. */
export async function writeAnalysis(input: Input, file: string, analyzed: Analyzed): Promise<void> {
  const { io } = input;
  const page = analysisPage(analyzed, io.clock.wall());
  // As words: markup would write some signs of a secret otherwise.
  const content = redacted({ ...page, next: listTypedAgain(input, page.next) }, io.redact);
  await io.writeFile(resolve(io.cwd, file), io.redact(pageText(content)));
  io.stderr.write(`Written: ${displayLines(file)}\n`);
}

function analysisPage(
  { version, stable, place, past, series }: Analyzed,
  now: number,
): PageContent {
  const deciding = series.filter(({ spec }) => !spec.advisory);
  const fell = deciding.find(({ verdict }) => verdict === 'fail');
  const open = deciding.filter(({ verdict }) => verdict === 'inconclusive');
  const when = past
    ? `${clockTime(past.from)} to ${clockTime(past.to)} (${formatDuration(past.to - past.from)})`
    : `now, ${clockTime(now)}`;
  return {
    title: `Gates on ${version}`,
    ...analysisOutcome(fell, open),
    facts: [
      ['Version', stable === null ? version : `${version}, beside ${stable}`],
      ['Place', place],
      ['Time', when],
    ],
    steps: [],
    series,
    next: nextAfter(fell, open),
  };
}

function analysisOutcome(
  fell: GateSeries | undefined,
  open: readonly GateSeries[],
): Pick<PageContent, 'outcome' | 'tone'> {
  if (fell) return { outcome: `${fell.gate} says no: ${fell.reason}`, tone: 'bad' };
  const [first] = open;
  return first
    ? {
        outcome: `${open.map(({ gate }) => gate).join(', ')} cannot tell: ${first.reason}`,
        tone: 'unsure',
      }
    : { outcome: 'All gates pass.', tone: 'good' };
}

function nextAfter(fell: GateSeries | undefined, open: readonly GateSeries[]): PageContent['next'] {
  return [
    ['deployctl status', 'what serves now'],
    ...(fell
      ? ([
          ['deployctl logs', 'what the units say'],
          [`deployctl analyze --gate ${fell.gate} --for 5m`, 'whether it lasts'],
        ] as const)
      : []),
    ...(open.length > 0
      ? ([
          ['deployctl validate --gates', 'whether every source answers, and for one release alone'],
        ] as const)
      : []),
    ['deployctl history', 'what was deployed when'],
  ];
}
