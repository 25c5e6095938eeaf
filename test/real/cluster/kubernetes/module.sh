#!/usr/bin/env bash
# Writes go.mod and go.sum for another version: module.sh v1.34.4. Kubernetes requires the modules that
# it is published in at v0.0.0, so each of them needs a line that says which version that is.
set -euo pipefail
cd "$(dirname "$0")"
version=$1
parts=v0.${version#v1.}

theirs=$(go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
etcd=$(awk '$1 == "go.etcd.io/etcd/server/v3" { print $2 }' "$theirs")
{
  echo 'module kubernetes'
  grep -E '^(go|godebug) ' "$theirs"
  echo "require k8s.io/kubernetes $version"
  echo "require go.etcd.io/etcd/server/v3 $etcd"
  for module in client-go component-base kubectl; do echo "require k8s.io/$module $parts"; done
  awk -v to="$parts" '$2 == "v0.0.0" && $1 ~ /^k8s.io\// { print "replace " $1 " => " $1 " " to }' "$theirs"
} > go.mod
go mod tidy
