# One authority, one certificate for the API server, one for its administrator, and keys for tokens.

make_certificates() {
  local key names
  cd "$RUN/certificates"
  for key in authority server admin front accounts; do
    openssl ecparam -name prime256v1 -genkey -noout -out "$key.key" 2>/dev/null
  done
  openssl ec -in accounts.key -pubout -out accounts.pub 2>/dev/null
  openssl req -x509 -new -key authority.key -subj /CN=deployctl-test -days 3650 -out authority.crt 2>/dev/null
  names="IP:$NODE_ADDRESS,IP:127.0.0.1,IP:${SERVICE_NETWORK%.*}.1"
  names+=,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  sign server /CN=kube-apiserver "subjectAltName=$names"$'\n'extendedKeyUsage=serverAuth
  sign admin /O=system:masters/CN=admin extendedKeyUsage=clientAuth
  sign front /CN=front-proxy-client extendedKeyUsage=clientAuth
  cd - >/dev/null
}

# sign NAME SUBJECT EXTENSIONS
sign() {
  openssl req -new -key "$1.key" -subj "$2" | openssl x509 -req -CA authority.crt -CAkey authority.key \
    -CAcreateserial -days 3650 -out "$1.crt" -extfile <(echo "$3") 2>/dev/null
}

in_base64() { base64 -w 0 "$RUN/certificates/$1"; }

write_kubeconfig() {
  cat >"$KUBECONFIG" <<Y
apiVersion: v1
kind: Config
current-context: test
contexts:
- name: test
  context:
    cluster: test
    user: admin
clusters:
- name: test
  cluster:
    server: https://$NODE_ADDRESS:$API_PORT
    certificate-authority-data: $(in_base64 authority.crt)
users:
- name: admin
  user:
    client-certificate-data: $(in_base64 admin.crt)
    client-key-data: $(in_base64 admin.key)
Y
}
