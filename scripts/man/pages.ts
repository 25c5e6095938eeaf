import { catalogue } from '../../src/cli/commands/index.ts';
import type { Command, OptionSpec } from '../../src/cli/shell/command.ts';
import { EXIT_MEANINGS } from '../../src/cli/shell/exit-meanings.ts';
import { bold, type Edition, entry, page, section, text, usage, verbatim } from './roff.ts';

export interface ManPage {
  readonly file: string;
  readonly text: string;
}

interface Known {
  readonly name: string;
  readonly summary: string;
  readonly command: Command;
}

const FILES: readonly (readonly [string, string])[] = [
  [
    'deploy.config.yaml',
    'The config: looked for in this folder and those above it, up to the one that holds .git. Other endings are yml, json, js, mjs and ts.',
  ],
  [
    '$XDG_STATE_HOME/deployctl',
    'Journals, and what the local provider runs; ~/.local/state/deployctl where the variable is not set.',
  ],
];

/** One for the program and one for each of its commands. */
export async function manPages(edition: Edition): Promise<readonly ManPage[]> {
  const known = await Promise.all(
    catalogue.map(async ({ name, summary, load }) => ({ name, summary, command: await load() })),
  );
  return [
    { file: 'deployctl.1', text: overview(known, edition) },
    ...known.map((each) => ({
      file: `deployctl-${each.name}.1`,
      text: commandPage(each, edition),
    })),
  ];
}

function overview(known: readonly Known[], edition: Edition): string {
  return page('deployctl', edition, [
    section('NAME', 'deployctl \\- deploy through gates, and back with one command'),
    section('SYNOPSIS', `${bold('deployctl')} \\fIcommand\\fR [\\fIoptions\\fR]`),
    section(
      'DESCRIPTION',
      text(
        'Reads a config, looks at what is live, and lets a strategy (canary, blue-green or rolling) make a plan. Runs that plan while gates measure the new version, and goes back when one of them fails. Every step is in a journal before it happens, so that another process can finish or undo what one has left.',
      ),
    ),
    section(
      'COMMANDS',
      ...known.map(({ name, summary }) =>
        entry(`${bold(`deployctl-${name}`)}(1)`, `${upper(summary)}.`),
      ),
    ),
    section(
      'EXIT STATUS',
      ...EXIT_MEANINGS.map(({ codes, words }) =>
        entry(bold(codes.join(', ')), upper(words.replaceAll('`', ''))),
      ),
    ),
    section('FILES', ...FILES.map(([file, words]) => entry(`\\fI${text(file)}\\fR`, words))),
    section('SEE ALSO', seeAlso(known)),
  ]);
}

function commandPage({ name, summary, command }: Known, edition: Edition): string {
  const shown = command.options.filter(({ hidden }) => !hidden);
  const words = command.arguments ? ` ${command.arguments}` : '';
  return page(`deployctl-${name}`, edition, [
    section('NAME', `deployctl\\-${text(name)} \\- ${text(summary)}`),
    section('SYNOPSIS', `${bold(`deployctl ${name}`)}${usage(words)} [\\fIoptions\\fR]`),
    section('DESCRIPTION', text(command.description)),
    ...(shown.length > 0
      ? [section('OPTIONS', ...shown.map((spec) => entry(usage(spec.flags), meaning(spec))))]
      : []),
    section(
      'EXAMPLES',
      ...command.examples.flatMap(([line, what]) => [verbatim([`# ${what}`, line, ''])]),
    ),
    section(
      'SEE ALSO',
      `${bold('deployctl')}(1), which says what the exit codes mean`,
      ...(command.page === undefined ? [] : [text(`docs/${command.page} in the package`)]),
    ),
  ]);
}

function meaning({ description, choices, many }: OptionSpec): string {
  const isListed = !choices || choices.every((choice) => description.includes(choice));
  const isSaid = !many || description.includes('repeatable');
  return `${description}${isListed ? '' : `: ${choices.join(', ')}`}${isSaid ? '' : ' (repeatable)'}`;
}

function seeAlso(known: readonly Known[]): string {
  return known.map(({ name }) => `${bold(`deployctl-${name}`)}(1)`).join(',\n');
}

const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
