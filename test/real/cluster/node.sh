# The one node: containers, kubelet and kube-proxy.

add_node_address() {
  ip link show "$NODE_LINK" >/dev/null 2>&1 || ip link add "$NODE_LINK" type bridge
  ip addr show dev "$NODE_LINK" | grep -q "$NODE_ADDRESS/32" || ip addr add "$NODE_ADDRESS/32" dev "$NODE_LINK"
  ip link set "$NODE_LINK" up
}

allow_forwarding() {
  sysctl -qw net.ipv4.ip_forward=1
  [[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]] || sysctl -qw net.bridge.bridge-nf-call-iptables=1
  mount --make-rshared /
}

begin_containers() {
  local at=$RUN/settings
  mkdir -p "$SOCKETS" /run/netns "$at/cni" "$at/registries/_default"
  ls /run/netns >"$RUN/namespaces-before"
  cat >"$at/cni/10-pods.conflist" <<J
{ "cniVersion": "1.0.0", "name": "pods", "plugins": [
  { "type": "bridge", "bridge": "$POD_LINK", "isGateway": true, "hairpinMode": true, "ipMasq": false,
    "ipam": { "type": "host-local", "dataDir": "$RUN/addresses", "ranges": [[{ "subnet": "$POD_NETWORK" }]],
      "routes": [{ "dst": "0.0.0.0/0" }] } },
  { "type": "portmap", "capabilities": { "portMappings": true } } ] }
J
  # Whatever registry an image names, it comes from ours: nothing leaves this machine.
  printf 'server = "http://%s"\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$REGISTRY" "$REGISTRY" \
    >"$at/registries/_default/hosts.toml"
  write_containerd_settings >"$at/containerd.toml"
  begin registry "$RUN/bin/program" registry "$REGISTRY"
  begin containerd containerd --config "$at/containerd.toml"
}

# The plain snapshotter copies files, which works on every file system; the images are small.
write_containerd_settings() {
  cat <<T
version = 2
root = "$RUN/containerd"
state = "$SOCKETS/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$SOCKETS/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$RUN/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "images.test/pause:1"
  # Not every machine allows a score to be lowered.
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$RUN/settings/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$RUN/settings/registries"
T
}

begin_kubelet() {
  cat >"$RUN/settings/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_ADDRESS
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: $RUN/certificates/authority.crt } }
authorization: { mode: Webhook }
containerRuntimeEndpoint: unix://$SOCKETS/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
cgroupsPerQOS: true
enforceNodeAllocatable: [pods]
oomScoreAdj: 0
# Else its chains stay when it has ended.
makeIPTablesUtilChains: false
podLogsDir: $RUN/pod-logs
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1% }
resolvConf: ""
maxPods: 200
serializeImagePulls: false
registryPullQPS: 50
syncFrequency: 10s
nodeStatusUpdateFrequency: 5s
# A crash loop shows itself in seconds, not in minutes.
crashLoopBackOff: { maxContainerRestartPeriod: 30s }
featureGates: { KubeletCrashLoopBackOffMax: true }
Y
  begin kubelet "$RUN/bin/kubernetes" kubelet --config "$RUN/settings/kubelet.yaml" --kubeconfig "$KUBECONFIG" \
    --root-dir "$RUN/kubelet" --cert-dir "$RUN/kubelet/pki" --hostname-override "$NODE" --node-ip "$NODE_ADDRESS"
}

# Node ports answer on this machine only.
begin_proxy() {
  cat >"$RUN/settings/kube-proxy.yaml" <<Y
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: { kubeconfig: $KUBECONFIG }
clusterCIDR: $POD_NETWORK
hostnameOverride: $NODE
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
nodePortAddresses: [127.0.0.0/8, $NODE_ADDRESS/32]
oomScoreAdj: 0
conntrack: { maxPerCore: 0, min: 0 }
Y
  begin kube-proxy "$RUN/bin/kubernetes" kube-proxy --config "$RUN/settings/kube-proxy.yaml"
}

node_is_ready() {
  local ready='{.status.conditions[?(@.type=="Ready")].status} {.spec.taints}'
  [[ $(kubectl get node "$NODE" -o "jsonpath=$ready") == 'True ' ]]
}
