# Takes away what the processes leave in the kernel when they have ended.

remove_containers() {
  local name
  lives containerd || return 0
  for name in $(ctr tasks list --quiet 2>/dev/null); do ctr tasks remove --force "$name" >/dev/null 2>&1 & done
  wait
  for name in $(ctr containers list --quiet 2>/dev/null); do ctr containers remove "$name" >/dev/null 2>&1 || true; done
}

remove_chains() {
  local tables table chain
  [[ ! -x $RUN/bin/kubernetes ]] || "$RUN/bin/kubernetes" kube-proxy --cleanup >"$RUN/log/cleanup.log" 2>&1 || true
  for tables in iptables ip6tables; do
    for chain in INPUT OUTPUT; do "$tables" -w -D "$chain" -j KUBE-FIREWALL; done
    for table in mangle nat filter; do
      for chain in KUBE-FIREWALL KUBE-KUBELET-CANARY KUBE-PROXY-CANARY KUBE-IPTABLES-HINT; do
        "$tables" -w -t "$table" -F "$chain" && "$tables" -w -t "$table" -X "$chain"
      done
    done
  done 2>/dev/null || true
}

remove_mounts() {
  local point
  while read -r point; do umount -l "$point"; done < <(
    awk -v run="$RUN/" -v sockets="$SOCKETS/" 'index($5, run) == 1 || index($5, sockets) == 1 { print $5 }' \
      /proc/self/mountinfo | sort -r
  )
}

remove_network() {
  local link name
  while read -r name; do
    grep -qxF "$name" "$RUN/namespaces-before" 2>/dev/null || ip netns delete "$name"
  done < <(find /run/netns -maxdepth 1 -name 'cni-*' -printf '%f\n' 2>/dev/null)
  for link in "$POD_LINK" "$NODE_LINK"; do ip link delete "$link" 2>/dev/null || true; done
  rm -f /var/lib/cni/results/pods-* /var/lib/cni/results/cni-loopback-*
}

remove_groups() {
  local group
  for group in /sys/fs/cgroup/kubepods /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/kubepods /sys/fs/cgroup/*/k8s.io; do
    [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
