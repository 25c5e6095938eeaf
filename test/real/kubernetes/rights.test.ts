import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { JsonObject, Operation, Release } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { deployment, type Web } from './manifests.ts';

interface Role {
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

onCluster('the rights that the guide lists', () => {
  let fixture: KubernetesFixture;
  let folder: string;
  let role: Role;
  let clusterRole: Role;
  let isGranted = false;

  beforeAll(async () => {
    const guide = await readFile(new URL('../../../docs/kubernetes.md', import.meta.url), 'utf8');
    const [, text = ''] = /```yaml\n(apiVersion: rbac[^`]*)```/.exec(guide) ?? [];
    [role, clusterRole] = parseAllDocuments(text).map((document) => document.toJS()) as [
      Role,
      Role,
    ];
    fixture = await KubernetesFixture.withWeb();
    folder = await mkdtemp(join(tmpdir(), 'deployctl-rights-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await fixture?.cluster.connection.ask({
      method: 'DELETE',
      path: `${RBAC}/clusterroles/${fixture.namespace}`,
    });
    await fixture?.cluster.connection.ask({
      method: 'DELETE',
      path: `${RBAC}/clusterrolebindings/${fixture.namespace}`,
    });
    await fixture?.close();
  });

  const post = (path: string, body: unknown) =>
    fixture.cluster.connection.ask({ method: 'POST', path, body });

  /** A kubeconfig of somebody who has these rights and no others. */
  async function kubeconfigFor(name: string, rules: Role['rules']): Promise<string> {
    const { namespace } = fixture;
    const inside = `${RBAC}/namespaces/${namespace}`;
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    await post(accounts, { metadata: { name } });
    await post(`${inside}/roles`, { metadata: { name }, rules });
    await post(`${inside}/rolebindings`, { metadata: { name }, subjects, roleRef });
    const { text } = await post(`${accounts}/${name}/token`, { spec: { expirationSeconds: 3600 } });
    const { token } = (JSON.parse(text) as { status: { token: string } }).status;
    const { cluster } = fixture.cluster.connection.door;
    const file = join(folder, name);
    const config = {
      'current-context': 'limited',
      contexts: [{ name: 'limited', context: { cluster: 'one', user: 'one' } }],
      clusters: [{ name: 'one', cluster }],
      users: [{ name: 'one', user: { token } }],
    };
    await writeFile(file, JSON.stringify(config));
    return file;
  }

  /** Its uid is what tells this cluster from others. */
  async function grantNamespaces(): Promise<void> {
    if (isGranted) return;
    isGranted = true;
    const { namespace } = fixture;
    await post(`${RBAC}/clusterroles`, { ...clusterRole, metadata: { name: namespace } });
    await post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: namespace },
      subjects: [{ kind: 'Group', name: `system:serviceaccounts:${namespace}` }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: namespace },
    });
  }

  async function providerFor(name: string, rules: Role['rules']) {
    const file = await kubeconfigFor(name, rules);
    return fixture.provider({ context: 'limited' }, file);
  }

  /** What a Deployment takes: the lines of a StatefulSet are not granted. */
  const ofDeployments = () => role.rules.filter((rule) => !isForSets(rule));

  test('are enough for a whole deployment', async () => {
    await grantNamespaces();
    const provider = await providerFor('enough', ofDeployments());
    const before = await fixture.before(provider);
    const v2 = await fixture.release(provider, 'v2');
    const v1 = before.live?.id ?? '';
    const operations: readonly Operation[] = [
      { kind: 'start', release: v2, capacity: 100, weights: [100] },
      { kind: 'route', split: { [v1]: 0, [v2.id]: 100 }, match: null },
      { kind: 'promote', release: v2.id },
      { kind: 'retire', release: v1, keeps: v2.id },
    ];
    const found = await provider.review?.(operations, before);
    expect(found?.refusals).toEqual([]);
    expect(found?.notes.filter((note) => note.startsWith('you may not'))).toEqual([]);
    for (const operation of operations) await fixture.do(provider, operation);
  });

  test('fewer are enough for batches, and each of them is needed', async () => {
    const verbs = { deployments: ['get', 'list', 'patch'], services: ['get'] };
    const own = ['deployments', 'replicasets', 'pods', 'endpointslices', 'services'];
    const rules = ofDeployments()
      .filter(({ resources: [resource = ''] }) => own.includes(resource))
      .map((rule) => ({ ...rule, verbs: verbs[rule.resources[0] as 'services'] ?? rule.verbs }));
    const provider = await providerFor('batches', rules);
    const before = await fixture.before(provider);
    const [from, release] = [before.live as Release, await fixture.release(provider, 'v2.1')];
    const batch = (replaced: number): Operation => ({
      kind: 'replace',
      release,
      from,
      replaced,
      of: 3,
      surge: 1,
      unavailable: 0,
    });
    const operations: readonly Operation[] = [
      batch(1),
      batch(3),
      { kind: 'scale', release: release.id, capacity: 100 },
      { kind: 'promote', release: release.id },
      { kind: 'retire', release: from.id, keeps: release.id },
    ];
    expect((await provider.review?.(operations, before))?.refusals).toEqual([]);
    for (const operation of operations) await fixture.do(provider, operation);
    const looking = await providerFor(
      'looking',
      rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'patch') })),
    );
    const found = await looking.review?.(operations, before);
    expect(found?.refusals).toEqual([
      `you may not patch deployments in the namespace ${fixture.namespace}`,
    ]);
  });

  test('each that is missing is named before anything is written', async () => {
    const needed = [
      'deployments',
      'replicasets',
      'pods',
      'endpointslices',
      'services',
      'deployments/scale',
    ];
    const pairs = ofDeployments().flatMap(({ resources: [resource = ''], verbs }) =>
      needed.includes(resource)
        ? verbs.filter((verb) => !LOOKS.includes(verb)).map((verb) => ({ resource, verb }))
        : [],
    );
    expect(pairs.length).toBeGreaterThan(5);
    for (const [index, { resource, verb }] of pairs.entries()) {
      const without = (rule: Role['rules'][number]) =>
        rule.resources[0] === resource
          ? { ...rule, verbs: rule.verbs.filter((other) => other !== verb) }
          : rule;
      const rules = ofDeployments()
        .map(without)
        .filter(({ verbs }) => verbs.length > 0);
      const provider = await providerFor(`without-${index}`, rules);
      const before = await fixture.before(provider);
      const release = await fixture.release(provider, 'v3');
      const operations: readonly Operation[] = [
        { kind: 'start', release, capacity: 100, weights: [100] },
        { kind: 'route', split: { [release.id]: 100 }, match: null },
      ];
      const found = await provider.review?.(operations, before);
      expect(found?.refusals).toEqual([
        `you may not ${verb} ${resource} in the namespace ${fixture.namespace}`,
      ]);
    }
  });

  describe('for batches of a StatefulSet', () => {
    const OWN = ['statefulsets', 'controllerrevisions', 'pods', 'services'];
    const SETTINGS = { driven: 'statefulset' };
    const batch = (release: Release, from: Release, replaced: number): Operation => ({
      kind: 'replace',
      release,
      from,
      replaced,
      of: 2,
      surge: 0,
      unavailable: 1,
    });
    /** Each right by itself, so that each can be missing. */
    const rights = () =>
      role.rules
        .filter(({ resources: [resource = ''] }) => OWN.includes(resource))
        .flatMap(({ verbs, ...rule }) => verbs.map((verb) => ({ ...rule, verbs: [verb] })))
        .filter(
          ({ resources: [resource], verbs: [verb = ''] }) =>
            resource !== 'services' || verb === 'get',
        );

    beforeAll(async () => {
      const body = deployment({ replicas: 2 }) as JsonObject & { readonly spec: JsonObject };
      const spec = { ...body.spec, serviceName: 'web' };
      await fixture.make('statefulsets', { ...body, spec });
      await fixture.until('both serve', async () => {
        const found = await fixture.get<Web>('statefulsets', 'web');
        return found?.status?.readyReplicas === 2;
      });
    });

    test('its own lines are enough, forward and back', async () => {
      await grantNamespaces();
      const file = await kubeconfigFor('sets', rights());
      const provider = await fixture.provider({ ...SETTINGS, context: 'limited' }, file);
      const before = await fixture.before(provider);
      const [from, release] = [
        before.live as Release,
        await fixture.release(provider, 'v2-unready'),
      ];
      const operations = [batch(release, from, 1), batch(release, from, 2)];
      expect((await provider.review?.(operations, before))?.refusals).toEqual([]);
      const context = { ...(await fixture.occasion(provider)), key: 'sets' };
      await provider.apply(operations[0] as Operation, context);
      await fixture.until('the last place is replaced', async () => {
        const pods = await fixture.cluster.list<Web>({
          kind: 'pods',
          namespace: fixture.namespace,
        });
        return JSON.stringify(pods).includes('v2-unready');
      });
      // A pod that is never ready is removed on the way back.
      await fixture.do(provider, batch(release, from, 0), { direction: 'back', before });
    });

    test('and each of them is needed', async () => {
      const all = rights();
      expect(all).toHaveLength(6);
      for (const [index, missing] of all.entries()) {
        const [resource, verb] = [missing.resources[0] ?? '', missing.verbs[0] ?? ''];
        const file = await kubeconfigFor(
          `no-set-${index}`,
          all.filter((one) => one !== missing),
        );
        const provider = await fixture.provider({ ...SETTINGS, context: 'limited' }, file);
        if (LOOKS.includes(verb)) {
          await expect(provider.observe()).rejects.toMatchObject({
            failure: 'denied',
            message: expect.stringContaining(`cannot ${verb} resource "${resource}"`),
          });
          continue;
        }
        const before = await fixture.before(provider);
        const from = before.live as Release;
        const release = await fixture.release(provider, 'v3');
        const found = await provider.review?.([batch(release, from, 1)], before);
        expect(found?.refusals).toEqual([
          `you may not ${verb} ${resource} in the namespace ${fixture.namespace}`,
        ]);
      }
    });
  });

  test('without the right to look the platform’s own words come, as denied', async () => {
    const rules = ofDeployments().filter(({ resources }) => resources[0] !== 'pods');
    const provider = await providerFor('blind', rules);
    await expect(provider.observe()).rejects.toMatchObject({
      failure: 'denied',
      message: expect.stringContaining('cannot list resource "pods"'),
    });
  });
});

/** Without these nothing can be looked at, so nothing can be reviewed. */
const LOOKS = ['get', 'list'];

const isForSets = ({ resources: [resource = ''], verbs }: Role['rules'][number]) =>
  ['statefulsets', 'controllerrevisions'].includes(resource) ||
  (resource === 'pods' && verbs.includes('delete'));
