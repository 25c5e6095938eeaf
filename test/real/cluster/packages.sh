# What the test cluster needs from Debian, and a Go that is new enough.

OLDEST_GO=1.25
NEWEST_GO=1.25.4

install_packages() {
  local missing=() program package
  while read -r program package; do
    [[ -e $program ]] || command -v "$program" >/dev/null || missing+=("$package")
  done <<'LIST'
containerd containerd
runc runc
/usr/lib/cni/bridge containernetworking-plugins
iptables iptables
ip iproute2
openssl openssl
LIST
  ((${#missing[@]} == 0)) && return
  [[ $(id -u) -eq 0 ]] || fail "these packages are missing; as root: apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

is_new_enough() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\n' "go$OLDEST_GO" "$version" | sort -V | head -1) == "go$OLDEST_GO" ]]
}

# Sets GO. Debian's is too old to build this Kubernetes, but it can fetch a newer one, which is a Go
# module like any other. In the module cache its programs are not executable, hence the copy.
find_go() {
  local kept=$CACHE/go-$NEWEST_GO
  for GO in go /usr/local/go/bin/go "$kept/bin/go"; do
    if is_new_enough "$GO"; then return; fi
  done
  command -v go >/dev/null || {
    say 'installing golang-go'
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends golang-go >/dev/null
  }
  local system
  system="$(go env GOOS)-$(go env GOARCH)"
  say "fetching Go $NEWEST_GO"
  copy_module "golang.org/toolchain@v0.0.1-go$NEWEST_GO.$system" "$kept" go
  chmod +x "$kept"/bin/* "$kept"/pkg/tool/*/*
  GO=$kept/bin/go
}

# Lays a module out in a folder of its own, where it may be changed: copy_module MODULE FOLDER [GO].
copy_module() {
  local from
  from=$(module_folder "$1" "${3:-$GO}")
  rm -rf "$2.part" "$2"
  cp -r "$from" "$2.part"
  chmod -R u+w "$2.part"
  mv "$2.part" "$2"
}

# Where a module lies, after it was fetched.
module_folder() {
  (cd "$CACHE" && "${2:-$GO}" mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}
