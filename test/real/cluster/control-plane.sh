# etcd, the API server, the controllers and the scheduler.

begin_etcd() {
  begin etcd "$RUN/bin/kubernetes" etcd --name test --data-dir "$RUN/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
    --listen-peer-urls "$ETCD_PEERS" --initial-advertise-peer-urls "$ETCD_PEERS" --initial-cluster "test=$ETCD_PEERS"
}

begin_api_server() {
  local at=$RUN/certificates
  begin kube-apiserver "$RUN/bin/kubernetes" kube-apiserver --etcd-servers "$ETCD" \
    --bind-address "$NODE_ADDRESS" --advertise-address "$NODE_ADDRESS" --secure-port "$API_PORT" \
    --tls-cert-file "$at/server.crt" --tls-private-key-file "$at/server.key" --client-ca-file "$at/authority.crt" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$at/accounts.pub" \
    --service-account-signing-key-file "$at/accounts.key" --service-cluster-ip-range "$SERVICE_NETWORK" \
    --authorization-mode Node,RBAC --allow-privileged=true --profiling=false --shutdown-delay-duration=0s \
    --requestheader-client-ca-file "$at/authority.crt" --requestheader-allowed-names front-proxy-client \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file "$at/front.crt" --proxy-client-key-file "$at/front.key" \
    --kubelet-client-certificate "$at/admin.crt" --kubelet-client-key "$at/admin.key" \
    --kubelet-preferred-address-types InternalIP
}

# With their own limits on requests a node would wait for the end of its taints.
begin_with_limits() {
  local name=$1
  shift
  begin "$name" "$RUN/bin/kubernetes" "$name" --kubeconfig "$KUBECONFIG" --authentication-kubeconfig "$KUBECONFIG" \
    --authorization-kubeconfig "$KUBECONFIG" --bind-address 127.0.0.1 --leader-elect=false --profiling=false \
    --kube-api-qps 200 --kube-api-burst 400 "$@"
}

begin_controllers() {
  local at=$RUN/certificates
  begin_with_limits kube-controller-manager --use-service-account-credentials=true \
    --service-account-private-key-file "$at/accounts.key" --root-ca-file "$at/authority.crt" \
    --cluster-signing-cert-file "$at/authority.crt" --cluster-signing-key-file "$at/authority.key"
}

begin_scheduler() { begin_with_limits kube-scheduler; }
