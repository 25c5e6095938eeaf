import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { kubernetesProvider } from '../../../providers/kubernetes/index.ts';
import type { Cluster, KubeObject } from '../../../src/clients/kubernetes/index.ts';
import { findDoor, openCluster, pathTo } from '../../../src/clients/kubernetes/index.ts';
import {
  type ApplyContext,
  type Before,
  failureClass,
  type JsonObject,
  type Operation,
  type Provider,
  type Release,
  type Verification,
} from '../../../src/contract/index.ts';
import { GATEWAY, KUBECONFIG } from './ground.ts';
import { Load } from './load.ts';
import * as manifests from './manifests.ts';

export interface WebOptions extends manifests.WebOptions {
  /** Also an HTTPRoute of the Gateway that the cluster has, for this host. */
  readonly host?: string;
}

/** A namespace of its own, where a workload `web` of three pods serves v1, made by other hands. */
export class KubernetesFixture {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly context: string;
  readonly #providers: Provider[] = [];
  #keys = 0;

  private constructor(cluster: Cluster, namespace: string, context: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.context = context;
  }

  static async make(): Promise<KubernetesFixture> {
    const door = await findDoor(null, { KUBECONFIG });
    const cluster = openCluster(door);
    const namespace = `deployctl-test-${randomBytes(4).toString('hex')}`;
    await cluster.create({ kind: 'namespaces' }, { metadata: { name: namespace } });
    return new KubernetesFixture(cluster, namespace, door.context);
  }

  static async withWeb(options: WebOptions = {}): Promise<KubernetesFixture> {
    const fixture = await KubernetesFixture.make();
    await fixture.make('deployments', manifests.deployment(options));
    await fixture.make('services', manifests.service());
    if (options.host) await fixture.make('httproutes', manifests.httpRoute(options.host));
    await fixture.until('web serves', async () => {
      const found = await fixture.get<manifests.Web>('deployments', 'web');
      return found?.status?.readyReplicas === (options.replicas ?? 3);
    });
    return fixture;
  }

  make<T extends KubeObject>(
    kind: Parameters<Cluster['get']>[0]['kind'],
    body: JsonObject,
  ): Promise<T> {
    return this.cluster.create<T>({ kind, namespace: this.namespace }, body);
  }

  get<T extends KubeObject>(kind: Parameters<Cluster['get']>[0]['kind'], name: string) {
    return this.cluster.get<T>({ kind, namespace: this.namespace, name });
  }

  merge(kind: Parameters<Cluster['get']>[0]['kind'], name: string, body: JsonObject) {
    const place = { kind, namespace: this.namespace, name } as const;
    return this.cluster.patch(place, { as: 'merge', body });
  }

  strategic(kind: Parameters<Cluster['get']>[0]['kind'], name: string, body: JsonObject) {
    const place = { kind, namespace: this.namespace, name } as const;
    return this.cluster.patch(place, { as: 'strategic', body });
  }

  remove(kind: Parameters<Cluster['get']>[0]['kind'], name: string) {
    return this.cluster.remove({ kind, namespace: this.namespace, name });
  }

  /** Server-side, by force, under another name: as a tool does that keeps what its repository says. */
  applyAs(
    manager: string,
    kind: Parameters<Cluster['get']>[0]['kind'],
    name: string,
    body: JsonObject,
  ) {
    return this.cluster.connection.ask({
      method: 'PATCH',
      path: pathTo({ kind, namespace: this.namespace, name }),
      query: { fieldManager: manager, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body,
    });
  }

  /** As somebody else: under that name the platform notes the change. */
  strategicAs(
    manager: string,
    kind: Parameters<Cluster['get']>[0]['kind'],
    name: string,
    body: JsonObject,
  ) {
    return this.cluster.connection.ask({
      method: 'PATCH',
      path: pathTo({ kind, namespace: this.namespace, name }),
      query: { fieldManager: manager },
      contentType: 'application/strategic-merge-patch+json',
      body,
    });
  }

  /** As the drain of a node does it. */
  async evictOneOf(workload: string): Promise<void> {
    const place = { kind: 'pods', namespace: this.namespace } as const;
    const pods = await this.cluster.list(place);
    const name = pods.find(
      ({ metadata }) => metadata.name.replace(/-[^-]+-[^-]+$/, '') === workload,
    )?.metadata.name;
    const path = `${pathTo({ ...place, name })}/eviction`;
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
    await this.cluster.connection.ask({ method: 'POST', path, body });
  }

  /** Names of what is there, so that what is left behind is seen. */
  async names(kind: Parameters<Cluster['get']>[0]['kind']): Promise<readonly string[]> {
    const found = await this.cluster.list({ kind, namespace: this.namespace });
    return found.map(({ metadata }) => metadata.name).sort();
  }

  /** Where the Service answers on this machine. */
  async nodeUrl(): Promise<string> {
    const service = await this.get<manifests.NodePortService>('services', 'web');
    const url = `http://127.0.0.1:${service?.spec.ports[0]?.nodePort}`;
    await this.until('the node port answers', () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return url;
  }

  /** Where the Gateway answers for this host. */
  async gatewayUrl(host: string, url = GATEWAY): Promise<string> {
    await this.until('the Gateway answers', async () => {
      const probe = Load.begin(url, { host, clients: 1 });
      await this.until('an answer', async () => probe.answers.length > 0);
      await probe.end();
      return probe.answers.at(-1)?.status === 200;
    });
    return url;
  }

  settings(more: JsonObject = {}): JsonObject {
    return {
      context: this.context,
      namespace: this.namespace,
      workload: 'web',
      service: 'web',
      router: { kind: 'service' },
      url: null,
      propagation: 1500,
      container: null,
      image: null,
      source: null,
      ...more,
    };
  }

  /** As whoever another kubeconfig says, where one is given. */
  async provider(more: JsonObject = {}, kubeconfig = KUBECONFIG): Promise<Provider> {
    const connection = kubernetesProvider.connection(this.settings(more), SURROUNDINGS);
    const env = { KUBECONFIG: kubeconfig };
    const provider = await kubernetesProvider.open(connection, { env, via: {}, readSecret });
    this.#providers.push(provider);
    return provider;
  }

  release(provider: Provider, version: string): Promise<Release> {
    return kubernetesProvider.release({
      version,
      settings: this.settings({ image: manifests.image(version) }),
      surroundings: SURROUNDINGS,
      provider,
      readSecret,
      artifact: null,
    });
  }

  /** Sends an operation as the engine does, and waits for what comes of it. */
  async settle(
    provider: Provider,
    operation: Operation,
    more: Partial<ApplyContext> = {},
  ): Promise<Verification> {
    const context = { ...(await this.occasion(provider)), ...more };
    await sent(provider, operation, context);
    for (const end = performance.now() + 45_000; ; await pause(150)) {
      const seen = await provider.verify(operation, context);
      if (seen.state !== 'pending') return seen;
      if (performance.now() > end) throw new Error(`${operation.kind}: ${seen.progress}`);
      if (seen.again) await sent(provider, operation, context);
    }
  }

  async do(
    provider: Provider,
    operation: Operation,
    more: Partial<ApplyContext> = {},
  ): Promise<void> {
    expect(await this.settle(provider, operation, more)).toMatchObject({ state: 'done' });
  }

  async occasion(provider: Provider): Promise<ApplyContext> {
    this.#keys += 1;
    return {
      key: `test/${this.#keys}`,
      deployment: 'd1',
      target: 't1',
      direction: 'forward',
      before: await this.before(provider),
      fence: 1,
      signal: new AbortController().signal,
    };
  }

  async before(provider: Provider): Promise<Before> {
    const { live, releases, split, baseline } = await provider.observe();
    const found = releases.find(({ id }) => id === live);
    return { live: found?.release ?? null, split, units: found?.ready ?? 0, baseline };
  }

  async until(what: string, isSo: () => Promise<boolean>, within = 60_000): Promise<void> {
    for (const end = performance.now() + within; performance.now() < end; await pause(100))
      if (await isSo()) return;
    throw new Error(`not within ${within / 1000} s: ${what}`);
  }

  async close(): Promise<void> {
    for (const provider of this.#providers) await provider.close();
    await this.cluster.remove({ kind: 'namespaces', name: this.namespace });
    await this.cluster.close();
  }
}

/** A first conflict is settled by reading again, as the engine does. */
async function sent(provider: Provider, operation: Operation, context: ApplyContext) {
  for (let left = 5; ; left -= 1) {
    try {
      return await provider.apply(operation, context);
    } catch (error) {
      if (failureClass(error) !== 'conflict' || left === 0) throw error;
    }
  }
}

const SURROUNDINGS = { service: 'shop', environment: null, folder: '/', env: {} };
const readSecret = () => Promise.reject(new Error('there is no secret'));
