# Processes of the test cluster: begun in sessions of their own, known by pid and start time, ended by these.

start_time() { cut -d ' ' -f 22 "/proc/$1/stat" 2>/dev/null; }

# begin NAME COMMAND...
begin() {
  local name=$1 pid
  shift
  setsid "$@" </dev/null >"$RUN/log/$name.log" 2>&1 8>&- 9>&- &
  pid=$!
  echo "$pid $(start_time "$pid")" >"$RUN/processes/$name"
}

lives() {
  local pid began
  [[ -f $RUN/processes/$1 ]] || return 1
  read -r pid began <"$RUN/processes/$1"
  [[ -n $began && $(start_time "$pid") == "$began" ]]
}

signal() { lives "$2" && kill -"$1" "$(cut -d ' ' -f 1 "$RUN/processes/$2")" 2>/dev/null; }

# end NAME TENTHS: asks it to end, waits so long, and then kills it.
end() {
  local i
  signal TERM "$1" || true
  for ((i = 0; i < $2; i++)); do
    lives "$1" || break
    sleep 0.1
  done
  if signal KILL "$1"; then sleep 0.1; fi
  rm -f "$RUN/processes/$1"
}

# await SECONDS WHAT COMMAND...
await() {
  local tenths=$(($1 * 10)) what=$2 i
  shift 2
  for ((i = 0; i < tenths; i++)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  tail -n 5 "$RUN"/log/*.log >&2
  fail "$what: not within $((tenths / 10)) s; the logs are in $RUN/log"
}
