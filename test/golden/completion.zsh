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
    'promote:end the present wait early'
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
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
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
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--out[save the plan for `deploy --plan`]:file:_files' \
       ;;
    rollback) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
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
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--wait-approval[wait for approvals even without a terminal]' \
      '1:deployment:{_deployctl_look deployments}' ;;
    status) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--all[all services of the journal on one screen]' \
      '-a[all services of the journal on one screen]' \
      '--watch[follow what another process drives, to its end]' \
      '-w[follow what another process drives, to its end]' \
       ;;
    history) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--limit[how many (default  20)]:count:_files' \
      '-n[how many (default  20)]:count:_files' \
      '--result[only these]:result:(succeeded rolled-back unfinished)' \
      '--version-is[only of this version]:version:_files' \
      '--html[one deployment as a page with charts, to be sent]:file:_files' \
      '--since[only those begun within this time]:duration:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    prune) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--keep[how many stay (default  what the config says, or the last deployment said)]:count:_files' \
      '--dry-run[only say what would go]' \
       ;;
    approve) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '--token[a signed yes, made elsewhere with the key of the approval; - reads it from stdin]:token:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    reject) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    promote) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    pause) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    abort) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text; json  one event per line, the last is {"type" "exit","code" N}; auto for what fits the terminal or CI]:form:(auto text json)' \
      '--reason[kept in the record]:text:_files' \
      '1:deployment:{_deployctl_look deployments}' ;;
    analyze) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--gate[only this one (repeatable)]:name:_files' \
      '--for[how long to look (default  until each has told, at most 10s)]:duration:_files' \
      '--deployments[judge anew what the newest deployments have recorded; asks no source]:count:_files' \
      '--traffic[requests per second  how soon would a rise show?]:rate:_files' \
      '--weight[of them to the new release (default  5%)]:percent:_files' \
      '--usual[bad ones as usual (default  0.1%)]:percent:_files' \
      '--risen[bad ones of the new release (default  1%)]:percent:_files' \
      '--from[judge what was  since 2026-11-28T10 00Z, or since 2h ago; from the sources that can look back]:time:_files' \
      '--to[until then (default  now)]:time:_files' \
      '--judge[with import  kayenta, for a canary config whose gates keep the judge of Kayenta]:name:_files' \
      '--html[what was found as one page with charts, which opens offline]:file:_files' \
       ;;
    logs) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--follow[go on with what is written from now on]' \
      '-f[go on with what is written from now on]' \
      '--lines[lines of the past, per replica (default  20)]:count:_files' \
      '-n[lines of the past, per replica (default  20)]:count:_files' \
       ;;
    up) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--install-unit[write a unit of systemd that does this at every boot  of the machine for root, else of the user]' \
      '--print[with --install-unit  show the unit, write nothing]' \
       ;;
    down) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--yes[ask nothing]' \
      '-y[ask nothing]' \
      '--force[even while a deployment runs  it is paused first; or where a damaged journal cannot say]' \
       ;;
    init) _arguments '--service[its name]:name:_files' \
      '--command[what starts it; it gets its port as PORT]:line:_files' \
      '--port[where users reach it (default  8080)]:number:_files' \
      '--health[path that answers when it is well, or none]:path:_files' \
      '--strategy[canary, blue-green, rolling]:name:(canary blue-green rolling)' \
      '--replicas[how many processes (default  2)]:count:_files' \
      '--provider[adopt what runs there already]:name:_files' \
      '--workload[which of what runs there]:name:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--force[write over a config that is there]' \
      '--yes[ask nothing  take what the folder tells]' \
      '-y[ask nothing  take what the folder tells]' \
       ;;
    validate) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--release[version to deploy]:version:_files' \
      '--strategy[canary, blue-green, rolling]:name:_files' \
      '--set[override a value of the config (repeatable)]:key=value:_files' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--gates[also ask every gate once about what is live]' \
       ;;
    doctor) _arguments '--config[config (default  deploy.config.* here or above)]:file:_files' \
      '-c[config (default  deploy.config.* here or above)]:file:_files' \
      '--env[environment  an overlay of the config]:name:_files' \
      '-e[environment  an overlay of the config]:name:_files' \
      '--service[service, when no config is at hand]:name:{_deployctl_look services}' \
      '--store[where the journal lives (default  what the config says, or your state folder)]:url:_files' \
      '--via[this machine'\''s name for what leads there, such as context=prod or profile=ops; never recorded (repeatable)]:key=value:_files' \
      '--output[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '-o[text, json, or auto for what fits the terminal or CI]:form:(auto text json)' \
      '--report[write what is found, without names and secrets, to attach to a bug report]:file:_files' \
      '--repair[set aside what is damaged at the end of a log, so that it can be written again; nothing is thrown away]' \
       ;;
    completion) _arguments '1:word:(bash zsh fish)' ;;
  esac
}
compdef _deployctl deployctl
