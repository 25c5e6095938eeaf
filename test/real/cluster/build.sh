# Builds the programs of the test cluster from Go modules, each once per version, into the cache.

# Where a part lies once it is built: named after all that it is made from.
built() {
  case $1 in
    kubernetes) echo "$CACHE/kubernetes-$KUBERNETES-$(key_of kubernetes/go.mod kubernetes/go.sum kubernetes/main.go)" ;;
    program) echo "$CACHE/program-$(key_of program/go.mod 'program/*.go')" ;;
    traefik) echo "$CACHE/traefik-$TRAEFIK" ;;
    gateway-api) echo "$CACHE/gateway-api-$GATEWAY_API" ;;
    traefik-kinds) echo "$CACHE/traefik-kinds-$TRAEFIK" ;;
    istio-kinds) echo "$CACHE/istio-kinds-$ISTIO_API" ;;
  esac
}

# Patterns are taken from the folder of the scripts, wherever one calls them from.
# shellcheck disable=SC2068
key_of() { (cd "$SCRIPTS" && cat $@ | sha256sum | cut -c 1-12); }

build_all() {
  local part
  mkdir -p "$CACHE"
  # Two builds beside each other would only take twice as long.
  exec 8>"$CACHE/build.lock"
  flock 8
  for part in program kubernetes traefik gateway-api traefik-kinds istio-kinds; do build_part "$part"; done
  flock -u 8
}

build_part() {
  local to began=$SECONDS
  to=$(built "$1")
  [[ ! -e $to ]] || return 0
  [[ -n ${GO:-} ]] || find_go
  say "building $1"
  rm -rf "$to.part"
  "build_${1//-/_}" "$to.part"
  mv "$to.part" "$to"
  say "built $1 in $((SECONDS - began)) s"
}

go_build() { CGO_ENABLED=0 GOFLAGS="-buildvcs=false ${GOFLAGS:-}" nice -n 5 "$GO" build -trimpath "$@"; }

build_program() { (cd "$SCRIPTS/program" && go_build -ldflags '-s -w' -o "$1" .); }

# Without these values the server calls itself v0.0.0-master, which kubectl does not understand.
build_kubernetes() {
  local at=k8s.io/component-base/version minor=${KUBERNETES#v1.}
  local flags="-s -w -X $at.gitVersion=$KUBERNETES -X $at.gitMajor=1 -X $at.gitMinor=${minor%%.*}"
  flags+=" -X $at.gitTreeState=clean -X $at.gitCommit=test -X $at.buildDate=1970-01-01T00:00:00Z"
  (cd "$SCRIPTS/kubernetes" && go_build -ldflags "$flags" -o "$1" .)
}

# A package that Traefik imports is missing from its published module: there it holds two empty types.
build_traefik() {
  local source=$CACHE/traefik-$TRAEFIK-source
  copy_module "github.com/traefik/traefik/v3@$TRAEFIK" "$source"
  mkdir -p "$source/pkg/config/dynamic/ext"
  printf 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.25.0\n' >"$source/pkg/config/dynamic/ext/go.mod"
  printf 'package ext\n\ntype HTTP struct{}\n\ntype Router struct{}\n' >"$source/pkg/config/dynamic/ext/ext.go"
  (cd "$source" && GOFLAGS=-mod=mod go_build -ldflags '-s -w' -o "$1" ./cmd/traefik)
  rm -rf "$source"
}

build_gateway_api() {
  local from
  from=$(module_folder "sigs.k8s.io/gateway-api@$GATEWAY_API")/config/crd/standard
  mkdir "$1"
  cp "$from"/*.yaml "$1"
  chmod u+w "$1"/*
}

build_traefik_kinds() {
  local from
  from=$(module_folder "github.com/traefik/traefik/v3@$TRAEFIK")/docs/content/reference/dynamic-configuration
  mkdir "$1"
  cp "$from/kubernetes-crd-definition-v1.yml" "$1"
  chmod u+w "$1"/*
}

# Only what objects of Istio look like: nothing here serves them.
build_istio_kinds() {
  local from
  from=$(module_folder "istio.io/api@$ISTIO_API")/kubernetes
  mkdir "$1"
  cp "$from/customresourcedefinitions.gen.yaml" "$1"
  chmod u+w "$1"/*
}
