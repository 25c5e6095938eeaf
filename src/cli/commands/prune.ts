import { EXIT, type ExitCode } from '../../contract/index.ts';
import { type Pruning, previewPruning, prune, readState, sturdy } from '../../engine/index.ts';
import {
  type Command,
  countOption,
  type Input,
  OUTPUT_OPTION,
  TARGET_OPTIONS,
  wantsJson,
} from '../shell/command.ts';
import { reading } from '../shell/run-world.ts';
import { meantTarget, openScope } from '../target/scope.ts';
import { titleOf } from '../target/title.ts';

export const command: Command = {
  description:
    'Remove the oldest deployments from the journal. What is live, what a rollback restores and what is unfinished is always kept.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    {
      flags: '--keep <count>',
      description: 'how many to keep (default: as in the config, or as in the last deployment)',
    },
    { flags: '--dry-run', description: 'only show what would be removed' },
  ],
  page: 'reliability.md',
  examples: [
    ['deployctl prune --dry-run', 'what would be removed'],
    ['deployctl prune --keep 20', 'all but the newest 20'],
  ],
  run: pruneTarget,
};

async function pruneTarget(input: Input): Promise<ExitCode> {
  const given = countOption(input, 'keep', 1);
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const target = await meantTarget(input, composition, scope);
  const surroundings = reading(input.io, composition, scope.store);
  const state = await readState(surroundings, target.id);
  const keep = given ?? (scope.here ? scope.here.config.history.keep : (state?.plan.keep ?? null));
  const log = { store: sturdy(surroundings), target: target.id };
  const isDry = input.options.dryRun === true;
  const act = isDry ? previewPruning : prune;
  const now = input.io.clock.wall();
  const done = await act(log, { keep: keep ?? Number.POSITIVE_INFINITY, now });
  const { stdout } = input.io;
  if (wantsJson(input))
    stdout.write(`${JSON.stringify({ target: target.id, dryRun: isDry, ...done })}\n`);
  else stdout.write(`${pruneWords(done, isDry, titleOf(target))}${more(done, keep)}\n`);
  return EXIT.done;
}

/** Why some stay that are beyond what was asked for. */
function more({ kept }: Pruning, keep: number | null): string {
  const over = keep === null ? 0 : kept - keep;
  if (over <= 0) return '';
  return `\n${over} more than --keep ${keep} ${over === 1 ? 'stays' : 'stay'}: what ended within the last ten minutes, what is live, what a rollback restores and what is unfinished is never pruned.`;
}

const pruneCounted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function pruneWords(
  { deployments, records, kept }: Pruning,
  isDry: boolean,
  title: string,
): string {
  if (deployments === 0)
    return `Nothing to prune: ${title} has ${pruneCounted(kept, 'deployment')}.`;
  const verb = isDry ? 'Would be pruned' : 'Pruned';
  const gone = `${pruneCounted(deployments, 'deployment')}, ${pruneCounted(records, 'record')}`;
  const stay = isDry ? 'would stay' : 'stay';
  return `${verb}: ${gone}. The newest ${kept} of ${title} ${stay}.`;
}
