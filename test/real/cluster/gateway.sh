# Traefik as the Gateway that HTTPRoutes of any namespace may use, as a process beside the cluster.

begin_gateway() {
  kubectl apply --server-side -f "$RUN/gateway-api" >/dev/null
  kubectl wait --for condition=established --timeout 30s crd/httproutes.gateway.networking.k8s.io >/dev/null
  kubectl apply --server-side -f - >/dev/null <<Y
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: traefik }
spec: { controllerName: traefik.io/gateway-controller }
---
apiVersion: v1
kind: Namespace
metadata: { name: gateway }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: gateway }
spec:
  gatewayClassName: traefik
  listeners:
    - { name: web, protocol: HTTP, port: ${GATEWAY##*:}, allowedRoutes: { namespaces: { from: All } } }
Y
  begin_traefik
}

begin_traefik() {
  begin traefik "$RUN/bin/traefik" --entrypoints.web.address="$GATEWAY" --providers.kubernetesgateway=true \
    --providers.providersthrottleduration=50ms --global.checknewversion=false --global.sendanonymoususage=false \
    --log.level=INFO --log.nocolor=true
}

gateway_is_programmed() {
  [[ $(kubectl -n gateway get gateway web -o 'jsonpath={.status.conditions[?(@.type=="Programmed")].status}') == True ]]
}
