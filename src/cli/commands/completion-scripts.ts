/** A verb as a shell needs to know it. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    /** What follows it; null for a switch. */
    readonly value: string | null;
    readonly choices: readonly string[];
  }[];
  /** What may stand after the verb: fixed words, or deployments that are looked up. */
  readonly words: 'deployments' | readonly string[];
}

/** Nothing that is asked for while somebody types may write to the terminal. */
const LOOK_UP = 'deployctl __complete';

export const SHELLS: Readonly<Record<string, (verbs: readonly Verb[]) => string>> = {
  bash,
  zsh,
  fish,
};

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, options, words }) => {
    const flags = [...options.map((option) => option.name), '--help'].join(' ');
    const rest =
      words === 'deployments' ? `$(${LOOK_UP} "$word" 2>/dev/null | cut -f1)` : words.join(' ');
    return `    ${name}) flags="${flags}"; words="${rest}" ;;`;
  });
  const chosen = choicesOf(verbs).map(([name, choices]) => {
    return `    ${name}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$word")); return ;;`;
  });
  return `# deployctl completion for bash
_deployctl() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$word")); return
  fi
  case "$before" in
${chosen.join('\n')}
    --config|-c|--plan|--out) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _deployctl deployctl
`;
}

function zsh(verbs: readonly Verb[]): string {
  const described = verbs.map(
    ({ name, summary }) => `    ${completionScriptsQuoted(`${name}:${summary}`)}`,
  );
  const cases = verbs.map((verb) => {
    const options = verb.options.map(zshOption);
    return `    ${verb.name}) _arguments ${[...options, zshWords(verb)].join(' \\\n      ')} ;;`;
  });
  return `#compdef deployctl
_deployctl_deployments() {
  local -a found
  found=(\${(f)"$(${LOOK_UP} "$PREFIX" 2>/dev/null | tr '\\t' ':')"})
  _describe deployment found
}
_deployctl() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command verbs; return; fi
  shift words; (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  esac
}
compdef _deployctl deployctl
`;
}

function zshOption({ name, description, value, choices }: Verb['options'][number]): string {
  const about = description.replaceAll(/[[\]:]/g, ' ');
  const what =
    value === null ? '' : `:${value}:${choices.length ? `(${choices.join(' ')})` : '_files'}`;
  return completionScriptsQuoted(`${name}[${about}]${what}`);
}

function zshWords({ words }: Verb): string {
  if (words === 'deployments')
    return completionScriptsQuoted('1:deployment:_deployctl_deployments');
  return words.length > 0 ? completionScriptsQuoted(`1:word:(${words.join(' ')})`) : '';
}

function fish(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => {
    const within = `-n ${completionScriptsQuoted(`__fish_seen_subcommand_from ${verb.name}`)}`;
    const verbLine = `complete -c deployctl -f -n __fish_use_subcommand -a ${verb.name} -d ${completionScriptsQuoted(verb.summary)}`;
    const options = verb.options.map(({ name, description, value, choices }) => {
      const what =
        value === null
          ? ''
          : choices.length
            ? ` -xa ${completionScriptsQuoted(choices.join(' '))}`
            : ' -r';
      return `complete -c deployctl ${within} -l ${name.slice(2)}${what} -d ${completionScriptsQuoted(description)}`;
    });
    const look =
      verb.words === 'deployments'
        ? `(${LOOK_UP} (commandline -ct) 2>/dev/null)`
        : verb.words.join(' ');
    const words = look
      ? [`complete -c deployctl ${within} -fa ${completionScriptsQuoted(look)}`]
      : [];
    return [verbLine, ...options, ...words];
  });
  return `# deployctl completion for fish\n${lines.join('\n')}\n`;
}

/** Options with fixed values, whichever verb has them. */
function choicesOf(verbs: readonly Verb[]): readonly (readonly [string, readonly string[]])[] {
  const known = new Map<string, Set<string>>();
  for (const { name, choices } of verbs.flatMap(({ options }) => options)) {
    if (choices.length > 0) known.set(name, new Set([...(known.get(name) ?? []), ...choices]));
  }
  return [...known].map(([name, choices]) => [name, [...choices]]);
}

const completionScriptsQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
