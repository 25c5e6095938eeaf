#compdef deployctl
_deployctl_look() {
  local -a found where
  local at
  for (( at = 2; at < CURRENT - 1; at++ )); do
    case "$words[at]" in
      --config|-c|--env|-e|--service|--store) where+=("$words[at]" "$words[at+1]") ;;
    esac
  done
  found=(${(f)"$(deployctl __complete --of $1 $where -- "$PREFIX" 2>/dev/null | sed 's/:/\\:/g' | tr '\t' ':')"})
  _describe $1 found
}
_deployctl() {
  local -a verbs
  verbs=(
    'deploy:deploy a release, step by step, through its gates'
    'plan:show what a deployment would do'
    'rollback:undo a deployment'
    'resume:resume an unfinished deployment'
    'status:show what is live and what runs'
    'history:list deployments, or show one in full'
    'prune:remove the oldest deployments from the journal'
    'approve:approve a deployment that waits for approval'
    'reject:reject a deployment that waits for approval'
    'promote:end the current wait early'
    'pause:stop a running deployment where it is'
    'abort:abort a running deployment and roll it back'
    'analyze:ask the gates about the live release'
    'logs:show the logs of the service'
    'up:start the service again, as after a reboot'
    'down:stop the whole service'
    'init:write a first config'
    'validate:check the config'
    'doctor:check the machine, the journal and what serves'
    'completion:print the completion script of a shell'
  )
  if (( CURRENT == 2 )); then _describe command verbs; return; fi
  shift words; (( CURRENT-- ))
  case "$words[1]" in
    deploy) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--release[version to deploy]:version:_files' \
      '--strategy[canary, blue-green, rolling]:name:_files' \
      '--set[override a value of the config (repeatable)]:key=value:_files' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--plan[run exactly this plan, saved by `plan --out`]:file:_files' \
      '--supersede[what to do if an earlier deployment is unfinished]:policy:(reject queue cancel-older)' \
      '--wait-lock[how long to wait for a running deployment to end]:duration:_files' \
      '--deadline[time limit for the whole deployment; it is rolled back when the limit is exceeded]:duration:_files' \
      '--on-interrupt[what the first Ctrl-C does]:what:(pause rollback)' \
      '--wait-approval[wait for approvals even without a terminal]' \
      '--yes[ask nothing]' \
      '-y[ask nothing]' \
       ;;
    plan) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--release[version to deploy]:version:_files' \
      '--strategy[canary, blue-green, rolling]:name:_files' \
      '--set[override a value of the config (repeatable)]:key=value:_files' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--out[save the plan for `deploy --plan`]:file:_files' \
       ;;
    rollback) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--to[any recorded release, by version or deployment id]:version:{_deployctl_look releases}' \
      '--reason[kept in the record]:text:_files' \
      '--skip-undo[skip the undo hook that failed and continue the rollback]' \
      '--yes[accepted for scripts; rollback never asks]' \
      '-y[accepted for scripts; rollback never asks]' \
      '1:deployment:{_deployctl_look deployments}' ;;
    resume) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--wait-approval[wait for approvals even without a terminal]' \
      '1:deployment:{_deployctl_look deployments}' ;;
    status) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--all[all services of the journal on one screen]' \
      '-a[all services of the journal on one screen]' \
      '--watch[follow a running deployment to its end]' \
      '-w[follow a running deployment to its end]' \
       ;;
    history) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--limit[how many (default  20)]:count:_files' \
      '-n[how many (default  20)]:count:_files' \
      '--result[only with this result]:result:(succeeded rolled-back unfinished)' \
      '--version-is[only of this version]:version:_files' \
      '--html[write one deployment as a page with charts]:file:_files' \
      '--since[only those started within this time]:duration:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    prune) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--keep[how many to keep (default  as in the config, or as in the last deployment)]:count:_files' \
      '--dry-run[only show what would be removed]' \
       ;;
    approve) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '--token[a signed token, made with the key of the approval; - reads it from stdin]:token:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    reject) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    promote) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    pause) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    abort) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto  what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    analyze) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--gate[only this one (repeatable)]:name:_files' \
      '--for[how long to measure (default  until each gate has a verdict, at most 10s)]:duration:_files' \
      '--deployments[judge again what the newest deployments recorded, without asking a source]:count:_files' \
      '--traffic[requests per second  how soon would a rise show?]:rate:_files' \
      '--weight[share of them to the new release (default  5%)]:percent:_files' \
      '--usual[share of failures as usual (default  0.1%)]:percent:_files' \
      '--risen[share of failures to detect (default  1%)]:percent:_files' \
      '--from[judge a past time, such as 2026-11-28T10 00Z or 2h (ago), with the sources that can look back]:time:_files' \
      '--to[end of that time (default  now)]:time:_files' \
      '--judge[with import  kayenta, for a canary config whose gates keep the judge of Kayenta]:name:_files' \
      '--html[write the result as one page with charts, which opens offline]:file:_files' \
       ;;
    logs) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--follow[keep printing new lines]' \
      '-f[keep printing new lines]' \
      '--lines[how many past lines per replica (default  20)]:count:_files' \
      '-n[how many past lines per replica (default  20)]:count:_files' \
       ;;
    up) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--install-unit[write a systemd unit that does this at every boot  a system unit for root, else a user unit]' \
      '--print[with --install-unit  print the unit, write nothing]' \
       ;;
    down) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--yes[ask nothing]' \
      '-y[ask nothing]' \
      '--force[stop even while a deployment runs (it is paused first), or when a damaged journal cannot tell]' \
       ;;
    init) _arguments '--service[its name]:name:_files' \
      '--command[command that starts it; it gets its port as PORT]:line:_files' \
      '--port[where users reach it (default  8080)]:number:_files' \
      '--health[path that answers when it is healthy, or none]:path:_files' \
      '--strategy[canary, blue-green, rolling]:name:(canary blue-green rolling)' \
      '--replicas[how many processes (default  2)]:count:_files' \
      '--provider[adopt a service that already runs on this platform]:name:_files' \
      '--workload[which of the services that run there]:name:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--force[overwrite an existing config]' \
      '--yes[ask nothing  use what the folder tells]' \
      '-y[ask nothing  use what the folder tells]' \
       ;;
    validate) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--release[version to deploy]:version:_files' \
      '--strategy[canary, blue-green, rolling]:name:_files' \
      '--set[override a value of the config (repeatable)]:key=value:_files' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--gates[also ask every gate once about the live release]' \
       ;;
    doctor) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, if there is no config here]:name:{_deployctl_look services}' \
      '--store[where the journal is kept (default  as in the config, or your state folder)]:url:_files' \
      '--via[the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto  what fits the terminal or CI]:form:(auto text json)' \
      '--report[write the findings, without names and secrets, to attach to a bug report]:file:_files' \
      '--repair[move damaged records at the end of a log aside, so that the log can be written again; nothing is deleted]' \
       ;;
    completion) _arguments '1:word:(bash zsh fish)' ;;
  esac
}
compdef _deployctl deployctl
