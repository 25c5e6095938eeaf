import { EXIT, type ExitCode } from '../../contract/index.ts';
import type { Command, Input, OptionSpec } from '../shell/command.ts';
import { SHELLS, type Verb } from './completion-scripts.ts';
import { unknownShell } from './errors.ts';
import { catalogue } from './index.ts';

export const command: Command = {
  arguments: '<shell>',
  description:
    'Print a script that completes verbs, options, services, versions and deployments: bash, zsh or fish.',
  options: [],
  page: 'guide.md',
  examples: [
    ['source <(deployctl completion bash)', 'in ~/.bashrc'],
    ['source <(deployctl completion zsh)', 'in ~/.zshrc, after compinit'],
    ['deployctl completion fish | source', 'in config.fish'],
  ],
  shows: true,
  run: completion,
};

async function completion({ io, args }: Input): Promise<ExitCode> {
  const [shell = ''] = args;
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (!script) throw unknownShell(shell, Object.keys(SHELLS));
  io.stdout.write(script(await Promise.all(catalogue.map(verbOf))));
  return EXIT.done;
}

async function verbOf({ name, summary, load }: (typeof catalogue)[number]): Promise<Verb> {
  const command = await load();
  return {
    name,
    summary,
    options: command.options.filter(isShown).map(wordOf),
    words: completionWordsOf(name, command),
  };
}

const isShown = ({ hidden }: OptionSpec) => !hidden;

function wordOf(spec: OptionSpec): Verb['options'][number] {
  const { flags, description, choices = [], looksUp = null } = spec;
  const [, name = ''] = /(--[a-z-]+)/.exec(flags) ?? [];
  const [, short = null] = /^(-[a-z]),/.exec(flags) ?? [];
  const value = /<([a-z=]+)>/.exec(flags)?.[1] ?? null;
  return { name, short, description, value, choices, looksUp };
}

function completionWordsOf(name: string, command: Command): Verb['words'] {
  if (name === 'completion') return Object.keys(SHELLS);
  return command.arguments === '[deployment]' ? 'deployments' : [];
}
