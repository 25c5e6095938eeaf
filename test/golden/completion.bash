# deployctl completion for bash
_deployctl() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" flags words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "deploy plan rollback resume status history prune approve reject promote pause abort analyze logs up down init validate doctor completion" -- "$word")); return
  fi
  case "$before" in
    --output) COMPREPLY=($(compgen -W "auto text json" -- "$word")); return ;;
    --supersede) COMPREPLY=($(compgen -W "reject queue cancel-older" -- "$word")); return ;;
    --on-interrupt) COMPREPLY=($(compgen -W "pause rollback" -- "$word")); return ;;
    --result) COMPREPLY=($(compgen -W "succeeded rolled-back unfinished" -- "$word")); return ;;
    --strategy) COMPREPLY=($(compgen -W "canary blue-green rolling" -- "$word")); return ;;
    --config|-c|--plan|--out) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "${COMP_WORDS[1]}" in
    deploy) flags="--config --env --release --strategy --set --store --via --output --plan --supersede --wait-lock --deadline --on-interrupt --wait-approval --yes --help"; words="" ;;
    plan) flags="--config --env --release --strategy --set --store --via --output --out --help"; words="" ;;
    rollback) flags="--config --env --service --store --via --output --to --reason --skip-undo --yes --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    resume) flags="--config --env --service --store --via --output --wait-approval --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    status) flags="--config --env --service --store --via --output --all --watch --help"; words="" ;;
    history) flags="--config --env --service --store --via --output --limit --result --version-is --html --since --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    prune) flags="--config --env --service --store --via --output --keep --dry-run --help"; words="" ;;
    approve) flags="--config --env --service --store --via --output --reason --token --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    reject) flags="--config --env --service --store --via --output --reason --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    promote) flags="--config --env --service --store --via --output --reason --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    pause) flags="--config --env --service --store --via --output --reason --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    abort) flags="--config --env --service --store --via --output --reason --help"; words="$(deployctl __complete "$word" 2>/dev/null | cut -f1)" ;;
    analyze) flags="--config --env --store --via --output --gate --for --deployments --traffic --weight --usual --risen --from --to --html --help"; words="" ;;
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
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _deployctl deployctl
