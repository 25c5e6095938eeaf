import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../helpers/free-port.ts';
import type { KubernetesFixture } from '../fixture.ts';
import { ENVOY, ISTIOD, KUBECONFIG } from '../ground.ts';

const NAMESPACE = 'istio-system';

/** The control plane of Istio and one Envoy that it tells what to do, as processes beside the cluster. */
export class Istio {
  readonly #folder: string;
  readonly #processes: ChildProcess[] = [];
  /** Where the Envoy answers, once a Gateway says so. */
  readonly port: number;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async begin(fixture: KubernetesFixture): Promise<Istio> {
    const istio = new Istio(await mkdtemp(join(tmpdir(), 'deployctl-istio-')), await freePort());
    const [http, discovery, admin] = [await freePort(), await freePort(), await freePort()];
    const place = { kind: 'namespaces', name: NAMESPACE } as const;
    if (!(await fixture.cluster.get(place)))
      await fixture.cluster.create({ kind: 'namespaces' }, { metadata: { name: NAMESPACE } });
    const mesh = join(istio.#folder, 'mesh.json');
    await writeFile(mesh, JSON.stringify(meshOn(discovery)));
    const bootstrap = join(istio.#folder, 'envoy.json');
    await writeFile(bootstrap, JSON.stringify(envoyOn(discovery, admin)));
    istio.#spawn(ISTIOD, [
      ...['discovery', '--kubeconfig', KUBECONFIG ?? '', '--meshConfig', mesh],
      ...['--registries', 'Kubernetes', '--httpAddr', `127.0.0.1:${http}`, '--httpsAddr', ''],
      ...['--grpcAddr', `127.0.0.1:${discovery}`, '--secureGRPCAddr', ''],
      ...['--monitoringAddr', `127.0.0.1:${await freePort()}`, '--ctrlz_port', '0'],
    ]);
    await fixture.until('istiod is ready', () =>
      fetch(`http://127.0.0.1:${http}/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    istio.#spawn(ENVOY, ['-c', bootstrap, '--concurrency', '1', '--use-dynamic-base-id']);
    return istio;
  }

  /** A Gateway that has the Envoy listen on its port. */
  async open(fixture: KubernetesFixture): Promise<void> {
    const port = { number: this.port, name: 'http', protocol: 'HTTP' };
    const body = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'web' },
      spec: {
        selector: { istio: LABEL },
        servers: [{ bind: '127.0.0.1', port, hosts: ['*'] }],
      },
    };
    const path = `/apis/networking.istio.io/v1/namespaces/${fixture.namespace}/gateways`;
    await fixture.cluster.connection.ask({ method: 'POST', path, body });
  }

  #spawn(program: string, words: readonly string[]): void {
    const env = { ...process.env, ...SETTINGS };
    this.#processes.push(spawn(program, words, { env, stdio: 'ignore' }));
  }

  async end(): Promise<void> {
    for (const one of this.#processes) {
      if (one.exitCode !== null) continue;
      const ended = once(one, 'exit');
      one.kill();
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const LABEL = 'deployctl-test';

/** Without certificates, webhooks and all that a mesh has besides routes. */
const SETTINGS = {
  POD_NAMESPACE: NAMESPACE,
  POD_NAME: 'istiod-test',
  GOMEMLIMIT: '1GiB',
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_ENABLE_GATEWAY_API: 'false',
  PILOT_ENABLE_GATEWAY_API_STATUS: 'false',
  PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
  PILOT_CERT_PROVIDER: 'none',
  INJECT_ENABLED: 'false',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  ENABLE_CA_SERVER: 'false',
  ENABLE_LEADER_ELECTION: 'false',
  XDS_AUTH: 'false',
};

const meshOn = (discovery: number) => ({
  defaultProviders: {},
  enableAutoMtls: false,
  enablePrometheusMerge: false,
  enableTracing: false,
  trustDomain: 'cluster.local',
  rootNamespace: NAMESPACE,
  accessLogFile: '',
  defaultConfig: { discoveryAddress: `127.0.0.1:${discovery}` },
});

const HTTP2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const at = (port: number) => ({
  address: { socket_address: { address: '127.0.0.1', port_value: port } },
});

const envoyOn = (discovery: number, admin: number) => ({
  node: {
    id: `router~192.0.2.1~ingress.${NAMESPACE}~${NAMESPACE}.svc.cluster.local`,
    cluster: 'ingress',
    metadata: {
      CLUSTER_ID: 'Kubernetes',
      NAMESPACE,
      ISTIO_VERSION: '1.31.0',
      LABELS: { istio: LABEL },
      INSTANCE_IPS: '192.0.2.1',
      SERVICE_ACCOUNT: 'default',
    },
  },
  admin: at(admin),
  dynamic_resources: {
    ads_config: {
      api_type: 'DELTA_GRPC',
      transport_api_version: 'V3',
      set_node_on_first_message_only: true,
      grpc_services: [{ envoy_grpc: { cluster_name: 'discovery' } }],
    },
    lds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
    cds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
  },
  static_resources: {
    clusters: [
      {
        name: 'discovery',
        type: 'STATIC',
        connect_timeout: '1s',
        typed_extension_protocol_options: {
          [HTTP2]: {
            '@type': `type.googleapis.com/${HTTP2}`,
            explicit_http_config: { http2_protocol_options: {} },
          },
        },
        load_assignment: {
          cluster_name: 'discovery',
          endpoints: [{ lb_endpoints: [{ endpoint: at(discovery) }] }],
        },
      },
    ],
  },
});
