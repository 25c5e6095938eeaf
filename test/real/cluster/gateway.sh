# Traefik as the Gateway that routes of any namespace may use, as a process beside the cluster. It also
# serves its own kinds, and Ingresses with the annotations of ingress-nginx.

begin_gateway() {
  kubectl apply --server-side -f "$RUN/gateway-api" -f "$RUN/traefik-kinds" -f "$RUN/istio-kinds" >/dev/null
  kubectl wait --for condition=established --timeout 30s crd/httproutes.gateway.networking.k8s.io \
    crd/ingressroutes.traefik.io crd/traefikservices.traefik.io \
    crd/virtualservices.networking.istio.io >/dev/null
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
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
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
    --providers.kubernetescrd=true --providers.kubernetesingressnginx=true \
    --providers.providersthrottleduration=50ms --global.checknewversion=false --global.sendanonymoususage=false \
    --log.level=INFO --log.nocolor=true
}

gateway_is_programmed() {
  [[ $(kubectl -n gateway get gateway web -o 'jsonpath={.status.conditions[?(@.type=="Programmed")].status}') == True ]]
}
