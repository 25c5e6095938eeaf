import { resolve } from 'node:path';
import { type DeployError, EXIT, type ExitCode, type JournalRecord } from '../../contract/index.ts';
import { listDeployments, readChapterSince, type Summary } from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { redacted } from '../../lib/redacted.ts';
import { wallTime } from '../../lib/wall-time.ts';
import {
  type Command,
  countOption,
  durationOption,
  type Input,
  OUTPUT_OPTION,
  TARGET_OPTIONS,
  textOption,
  wantsJson,
} from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { outputWidthOf, wantsColor } from '../shell/io.ts';
import { type Column, tonedTable } from '../shell/table.ts';
import type { Tone } from '../shell/tones.ts';
import { listTypedAgain } from '../shell/typed-again.ts';
import { deploymentNamed, meantTarget, openScope } from '../target/scope.ts';
import { pageWithoutDeployment } from './errors.ts';

export const command: Command = {
  arguments: '[deployment]',
  description: 'List deployments, newest first, or show one in full.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    { flags: '-n, --limit <count>', description: 'how many (default: 20)' },
    {
      flags: '--result <result>',
      description: 'only with this result',
      choices: ['succeeded', 'rolled-back', 'unfinished'],
    },
    { flags: '--version-is <version>', description: 'only of this version' },
    { flags: '--html <file>', description: 'write one deployment as a page with charts' },
    { flags: '--since <duration>', description: 'only those started within this time' },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl history', 'the newest 20'],
    ['deployctl history --result rolled-back --since 7d', 'what failed this week'],
    ['deployctl history k3v9', 'one: steps, timings, measurements and who approved'],
    ['deployctl history k3v9 --html why.html', 'the same as one page, which opens offline'],
  ],
  shows: true,
  run: runHistoryCommand,
};

async function runHistoryCommand(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const [reference] = input.args;
  if (reference === undefined && input.options.html !== undefined) throw pageWithoutDeployment();
  return reference === undefined
    ? listHistory(input, composition)
    : tellHistory(input, composition);
}

async function tellHistory(input: Input, composition: Composition): Promise<ExitCode> {
  const [{ reporterFor }, { Story }] = await Promise.all([
    import('../run/open-run.ts'),
    import('../run/events-of-records.ts'),
  ]);
  const scope = await openScope(input, composition);
  const { plan, chapter } = await deploymentNamed(input, scope);
  const log = { store: scope.store, target: plan.target.id };
  const records = await readChapterSince(log, chapter, chapter);
  const file = textOption(input.options, 'html');
  if (file !== undefined) return writePage(input, file, records);
  const reporter = await reporterFor(input, scope.workspace, wantsJson(input) ? 'json' : 'text');
  const story = new Story();
  for (const record of records) for (const event of story.next(record)) reporter.report(event);
  await reporter.close?.();
  return EXIT.done;
}

async function writePage(
  input: Input,
  file: string,
  records: readonly JournalRecord[],
): Promise<ExitCode> {
  const [{ storyPage }, { pageText }] = await Promise.all([
    import('../run/story-page.ts'),
    import('../page/page.ts'),
  ]);
  const { io } = input;
  const page = storyPage(records);
  // As words: markup would write some signs of a secret otherwise.
  const content = redacted({ ...page, next: listTypedAgain(input, page.next) }, io.redact);
  await io.writeFile(resolve(io.cwd, file), io.redact(pageText(content)));
  io.stderr.write(`Written: ${displayLines(file)}\n`);
  return EXIT.done;
}

async function listHistory(input: Input, composition: Composition): Promise<ExitCode> {
  const { io } = input;
  const filter = filterOf(input);
  const scope = await openScope(input, composition);
  const target = await meantTarget(input, composition, scope);
  const damages: DeployError[] = [];
  const summaries = listDeployments({ store: scope.store, target: target.id }, (damage) =>
    damages.push(damage),
  );
  const entries = await historyChosen(summaries, filter);
  if (wantsJson(input)) for (const entry of entries) io.stdout.write(`${JSON.stringify(entry)}\n`);
  else io.stdout.write(`${historyWritten(entries, input).join('\n')}\n`);
  // What can be told is told first, and what is missing in it is no success.
  if (damages[0]) throw damages[0];
  return EXIT.done;
}

function historyWritten(entries: readonly HistoryEntry[], { io, options }: Input): string[] {
  if (entries.length > 0)
    return tonedTable({
      columns: columns(io.clock.wall()),
      rows: entries,
      width: outputWidthOf(io.stdout),
      color: wantsColor(io, io.stdout),
      tone: ({ result }) => RESULT_TONES[result] ?? 'plain',
    });
  const isFiltered = ['result', 'versionIs', 'since'].some((name) => options[name] !== undefined);
  return [isFiltered ? 'No deployment matches these filters.' : 'No deployments recorded yet.'];
}

const RESULT_TONES: Readonly<Record<string, Tone>> = {
  'rolled-back': 'bad',
  unfinished: 'warning',
};

interface Filter {
  readonly limit: number;
  /** Wall clock ms. */
  readonly oldest: number;
  fits(entry: HistoryEntry): boolean;
}

function filterOf(input: Input): Filter {
  const { result, versionIs } = input.options;
  const since = durationOption(input, 'since');
  return {
    limit: countOption(input, 'limit', 1) ?? 20,
    oldest: since === null ? 0 : input.io.clock.wall() - since,
    fits: (entry) =>
      (!result || entry.result === result) && (!versionIs || entry.version === versionIs),
  };
}

async function historyChosen(
  summaries: AsyncIterable<Summary>,
  { limit, oldest, fits }: Filter,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const summary of summaries) {
    if (summary.first.at < oldest) break;
    const entry = entryOf(summary);
    if (fits(entry)) entries.push(entry);
    if (entries.length >= limit) break;
  }
  return entries;
}

type HistoryEntry = ReturnType<typeof entryOf>;

function entryOf({ first, last }: Summary) {
  if (first.body.kind !== 'opened') throw new Error('a chapter begins with its plan');
  const { plan, holder } = first.body;
  return {
    id: first.deployment,
    version: plan.release.version,
    from: plan.before.live?.version ?? null,
    strategy: plan.strategy,
    result: last.body.kind === 'ended' ? last.body.result : 'unfinished',
    took: last.at - first.at,
    begun: first.at,
    by: holder.actor.name,
  };
}

const columns = (now: number): readonly Column<HistoryEntry>[] => [
  { title: 'id', weight: 9, cell: ({ id }) => id },
  { title: 'version', weight: 8, cell: ({ version }) => version },
  { title: 'from', weight: 4, cell: ({ from }) => from ?? '–' },
  { title: 'strategy', weight: 3, cell: ({ strategy }) => strategy },
  { title: 'result', weight: 9, cell: ({ result }) => result },
  { title: 'took', weight: 2, cell: ({ took }) => formatDuration(took) },
  {
    title: 'begun',
    weight: 5,
    cell: ({ begun }) =>
      `${formatDuration(Math.max(0, now - begun))} ago (${wallTime(begun, now)})`,
  },
  { title: 'by', weight: 1, cell: ({ by }) => by },
];
