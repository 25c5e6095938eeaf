import { DeployError, EXIT, type ExitCode } from '../../contract/index.ts';
import { findDeployment, listDeployments, readChapterSince, type Summary } from '../../engine/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Command, durationOption, type Input, OUTPUT_OPTION, TARGET_OPTIONS, text } from '../command.ts';
import type { Composition } from '../composition.ts';
import { reporterFor } from '../running.ts';
import { Story } from '../story.ts';
import { meantTarget, openStore } from '../target.ts';
import { aligned } from './status.ts';

export const command: Command = {
  arguments: '[deployment]',
  description: 'List deployments, newest first; or tell the whole story of one.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    { flags: '-n, --limit <count>', description: 'how many (default: 20)' },
    { flags: '--result <result>', description: 'only these', choices: ['succeeded', 'rolled-back', 'unfinished'] },
    { flags: '--version-is <version>', description: 'only of this version' },
    { flags: '--since <duration>', description: 'only those begun within this time' },
  ],
  examples: [
    ['deployctl history', 'the newest 20'],
    ['deployctl history --result rolled-back --since 7d', 'what failed this week'],
    ['deployctl history k3v9', 'steps, timings, measurements, decisions and who approved'],
  ],
  run: history,
};

async function history(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  return input.args[0] ? tell(input, composition, input.args[0]) : list(input, composition);
}

async function tell(input: Input, composition: Composition, reference: string): Promise<ExitCode> {
  const store = await openStore(input, composition);
  const { plan, chapter } = await findDeployment(store, reference);
  const output = input.options.output === 'json' ? 'json' : 'text';
  const reporter = await reporterFor({ ...input, options: { ...input.options, output } }, composition);
  const story = new Story();
  for (const record of await readChapterSince(store, plan.target.id, chapter, chapter)) {
    for (const event of story.next(record)) reporter.report(event);
  }
  await reporter.close?.();
  return EXIT.done;
}

async function list(input: Input, composition: Composition): Promise<ExitCode> {
  const { io, options } = input;
  const store = await openStore(input, composition);
  const target = await meantTarget(input, composition, store);
  const chosen = await choose(input, listDeployments(store, target.id));
  if (options.output === 'json') {
    for (const summary of chosen) io.stdout.write(`${JSON.stringify(line(summary))}\n`);
    return EXIT.done;
  }
  const header = ['id', 'version', 'from', 'strategy', 'result', 'took', 'begun', 'by'];
  const rows = chosen.map((summary) => row(line(summary), io.clock.wall()));
  io.stdout.write(`${displaySafe(aligned([header, ...rows]).join('\n'))}\n`);
  return EXIT.done;
}

async function choose(input: Input, summaries: AsyncIterable<Summary>): Promise<Summary[]> {
  const { options, io } = input;
  const limit = Number(text(options, 'limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1) throw new DeployError('usage', { message: `--limit wants a number above 0, not ${String(options.limit)}.` });
  const since = durationOption(input, 'since');
  const oldest = since === null ? 0 : io.clock.wall() - since;
  const chosen: Summary[] = [];
  for await (const summary of summaries) {
    if (summary.first.at < oldest || chosen.length >= limit) break;
    const { result, version } = line(summary);
    const wanted = (!options.result || result === options.result) && (!options.versionIs || version === options.versionIs);
    if (wanted) chosen.push(summary);
  }
  return chosen;
}

function line({ first, last }: Summary) {
  if (first.body.kind !== 'opened') throw new Error('a chapter begins with its plan');
  const { plan, holder } = first.body;
  const result = last.body.kind === 'ended' ? last.body.result : 'unfinished';
  return {
    id: first.deployment,
    version: plan.release.version,
    from: plan.before.live?.version ?? null,
    strategy: plan.strategy,
    result,
    took: last.at - first.at,
    begun: first.at,
    by: holder.actor.name,
  };
}

function row(entry: ReturnType<typeof line>, now: number): string[] {
  const { id, version, from, strategy, result, took, begun, by } = entry;
  return [id, version, from ?? '–', strategy, result, formatDuration(took), `${formatDuration(now - begun)} ago`, by];
}
