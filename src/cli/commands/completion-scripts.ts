/** A verb as a shell needs to know it. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly name: string;
    /** `-o`; null where it has none. */
    readonly short: string | null;
    readonly description: string;
    /** What follows it; null for a switch. */
    readonly value: string | null;
    readonly choices: readonly string[];
    /** What its values are looked up as; null where nobody knows them. */
    readonly looksUp: 'services' | 'releases' | null;
  }[];
  /** What may stand after the verb: fixed words, or deployments that are looked up. */
  readonly words: 'deployments' | readonly string[];
}

type VerbOption = Verb['options'][number];

/** Nothing that is asked for while somebody types may write to the terminal. */
const LOOK_UP = 'deployctl __complete';
/** Options that say where to look; whatever else was typed stays out of it. */
const WHERE = ['--config', '-c', '--env', '-e', '--service', '--store'].join('|');

export const SHELLS: Readonly<Record<string, (verbs: readonly Verb[]) => string>> = {
  bash,
  zsh,
  fish,
};

const namesOf = ({ name, short }: VerbOption) => [name, ...(short ? [short] : [])];

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, options, words }) => {
    const flags = [...options.map((option) => option.name), '--help'].join(' ');
    const rest = words === 'deployments' ? ' look=deployments' : ` words="${words.join(' ')}"`;
    return `    ${name}) flags="${flags}";${rest} ;;`;
  });
  const chosen = choicesOf(verbs).map(([name, choices]) => {
    return `    ${name}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$word")); return ;;`;
  });
  const looked = lookUpsOf(verbs).map(([kind, after]) => {
    const patterns = after.map((one) => `"${one}"`).join('|');
    return `    ${patterns}) _deployctl_look ${kind}; return ;;`;
  });
  return `# deployctl completion for bash
_deployctl_look() {
  local at where=() IFS=$'\\n'
  for ((at = 2; at < COMP_CWORD - 1; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${WHERE}) where+=("\${COMP_WORDS[at]}" "\${COMP_WORDS[at + 1]}") ;;
    esac
  done
  COMPREPLY=($(${LOOK_UP} --of "$1" "\${where[@]}" -- "$word" 2>/dev/null | cut -f1))
}
_deployctl() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags words look
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$word")); return
  fi
  case "\${COMP_WORDS[1]} $before" in
${looked.join('\n')}
  esac
  case "$before" in
${chosen.join('\n')}
    --config|-c|--plan|--out) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) if [ -n "$look" ]; then _deployctl_look "$look"
       else COMPREPLY=($(compgen -W "$words" -- "$word")); fi ;;
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
    const options = verb.options.flatMap(zshOptions);
    return `    ${verb.name}) _arguments ${[...options, zshWords(verb)].join(' \\\n      ')} ;;`;
  });
  return `#compdef deployctl
_deployctl_look() {
  local -a found where
  local at
  for (( at = 2; at < CURRENT - 1; at++ )); do
    case "$words[at]" in
      ${WHERE}) where+=("$words[at]" "$words[at+1]") ;;
    esac
  done
  found=(\${(f)"$(${LOOK_UP} --of $1 $where -- "$PREFIX" 2>/dev/null | sed 's/:/\\\\:/g' | tr '\\t' ':')"})
  _describe $1 found
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

function zshOptions(option: VerbOption): readonly string[] {
  const { description, value, choices, looksUp } = option;
  const about = description.replaceAll(/[[\]:]/g, ' ');
  const known = choices.length > 0 ? `(${choices.join(' ')})` : '_files';
  const values = looksUp ? `{_deployctl_look ${looksUp}}` : known;
  const what = value === null ? '' : `:${value}:${values}`;
  return namesOf(option).map((name) => completionScriptsQuoted(`${name}[${about}]${what}`));
}

function zshWords({ words }: Verb): string {
  if (words === 'deployments')
    return completionScriptsQuoted('1:deployment:{_deployctl_look deployments}');
  return words.length > 0 ? completionScriptsQuoted(`1:word:(${words.join(' ')})`) : '';
}

function fish(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => {
    const within = `-n ${completionScriptsQuoted(`__fish_seen_subcommand_from ${verb.name}`)}`;
    const verbLine = `complete -c deployctl -f -n __fish_use_subcommand -a ${verb.name} -d ${completionScriptsQuoted(verb.summary)}`;
    const options = verb.options.map((option) => {
      const { name, short, description } = option;
      const names = `${short ? ` -s ${short.slice(1)}` : ''} -l ${name.slice(2)}`;
      return `complete -c deployctl ${within}${names}${fishValues(option)} -d ${completionScriptsQuoted(description)}`;
    });
    const look =
      verb.words === 'deployments' ? '(__deployctl_look deployments)' : verb.words.join(' ');
    const words = look
      ? [`complete -c deployctl ${within} -fa ${completionScriptsQuoted(look)}`]
      : [];
    return [verbLine, ...options, ...words];
  });
  return `# deployctl completion for fish
function __deployctl_look
  set -l where
  set -l typed (commandline -opc)
  for at in (seq 3 (math (count $typed) - 1))
    switch $typed[$at]
      case ${WHERE.replaceAll('|', ' ')}
        set where $where $typed[$at] $typed[(math $at + 1)]
    end
  end
  ${LOOK_UP} --of $argv[1] $where -- (commandline -ct) 2>/dev/null
end
${lines.join('\n')}
`;
}

function fishValues({ value, choices, looksUp }: VerbOption): string {
  if (value === null) return '';
  if (looksUp) return ` -xa '(__deployctl_look ${looksUp})'`;
  return choices.length > 0 ? ` -xa ${completionScriptsQuoted(choices.join(' '))}` : ' -r';
}

/** Options with fixed values, whichever verb has them. */
function choicesOf(verbs: readonly Verb[]): readonly (readonly [string, readonly string[]])[] {
  const known = new Map<string, Set<string>>();
  for (const option of verbs.flatMap(({ options }) => options)) {
    const names = namesOf(option).join('|');
    if (option.choices.length > 0)
      known.set(names, new Set([...(known.get(names) ?? []), ...option.choices]));
  }
  return [...known].map(([names, choices]) => [names, [...choices]]);
}

/** By what is looked up: after which verb and option, as `rollback --to`. */
function lookUpsOf(verbs: readonly Verb[]): readonly (readonly [string, readonly string[]])[] {
  const known = new Map<string, string[]>();
  for (const verb of verbs)
    for (const option of verb.options) {
      const after = namesOf(option).map((name) => `${verb.name} ${name}`);
      if (option.looksUp)
        known.set(option.looksUp, [...(known.get(option.looksUp) ?? []), ...after]);
    }
  return [...known];
}

const completionScriptsQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
