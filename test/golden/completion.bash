# deployctl completion for bash
_deployctl_look() {
  local at where=() IFS=$'\n'
  for ((at = 2; at < COMP_CWORD - 1; at++)); do
    case "${COMP_WORDS[at]}" in
      --config|-c|--env|-e|--service|--store) where+=("${COMP_WORDS[at]}" "${COMP_WORDS[at + 1]}") ;;
    esac
  done
  COMPREPLY=($(deployctl __complete --of "$1" "${where[@]}" -- "$word" 2>/dev/null | cut -f1))
}
_deployctl() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" flags words look
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "deploy plan rollback resume status history prune approve reject promote pause abort analyze logs up down init validate doctor completion" -- "$word")); return
  fi
  case "${COMP_WORDS[1]} $before" in
    "rollback --service"|"resume --service"|"status --service"|"history --service"|"prune --service"|"approve --service"|"reject --service"|"promote --service"|"pause --service"|"abort --service"|"logs --service"|"up --service"|"down --service"|"doctor --service") _deployctl_look services; return ;;
    "rollback --to") _deployctl_look releases; return ;;
  esac
  case "$before" in
    --output|-o) COMPREPLY=($(compgen -W "auto text json" -- "$word")); return ;;
    --supersede) COMPREPLY=($(compgen -W "reject queue cancel-older" -- "$word")); return ;;
    --on-interrupt) COMPREPLY=($(compgen -W "pause rollback" -- "$word")); return ;;
    --result) COMPREPLY=($(compgen -W "succeeded rolled-back unfinished" -- "$word")); return ;;
    --strategy) COMPREPLY=($(compgen -W "canary blue-green rolling" -- "$word")); return ;;
    --config|-c|--plan|--out) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "${COMP_WORDS[1]}" in
    deploy) flags="--config --env --release --strategy --set --store --via --output --plan --supersede --wait-lock --deadline --on-interrupt --wait-approval --yes --help"; words="" ;;
    plan) flags="--config --env --release --strategy --set --store --via --output --out --help"; words="" ;;
    rollback) flags="--config --env --service --store --via --output --to --reason --skip-undo --yes --help"; look=deployments ;;
    resume) flags="--config --env --service --store --via --output --wait-approval --help"; look=deployments ;;
    status) flags="--config --env --service --store --via --output --all --watch --help"; words="" ;;
    history) flags="--config --env --service --store --via --output --limit --result --version-is --html --since --help"; look=deployments ;;
    prune) flags="--config --env --service --store --via --output --keep --dry-run --help"; words="" ;;
    approve) flags="--config --env --service --store --via --output --reason --token --help"; look=deployments ;;
    reject) flags="--config --env --service --store --via --output --reason --help"; look=deployments ;;
    promote) flags="--config --env --service --store --via --output --reason --help"; look=deployments ;;
    pause) flags="--config --env --service --store --via --output --reason --help"; look=deployments ;;
    abort) flags="--config --env --service --store --via --output --reason --help"; look=deployments ;;
    analyze) flags="--config --env --store --via --output --gate --for --deployments --traffic --weight --usual --risen --from --to --judge --html --help"; words="" ;;
    logs) flags="--config --env --service --store --via --output --follow --lines --help"; words="" ;;
    up) flags="--config --env --service --store --via --install-unit --print --help"; words="" ;;
    down) flags="--config --env --service --store --via --yes --force --help"; words="" ;;
    init) flags="--service --command --port --health --strategy --replicas --provider --workload --via --force --yes --help"; words="" ;;
    validate) flags="--config --env --release --strategy --set --store --via --output --gates --help"; words="" ;;
    doctor) flags="--config --env --service --store --via --output --report --repair --help"; words="" ;;
    completion) flags="--help"; words="bash zsh fish" ;;
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) if [ -n "$look" ]; then _deployctl_look "$look"
       else COMPREPLY=($(compgen -W "$words" -- "$word")); fi ;;
  esac
}
complete -F _deployctl deployctl
