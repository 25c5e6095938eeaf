import { routerFor } from '../../../../providers/kubernetes/routers/index.ts';
import type { Change, Routing, Scenery } from '../../../../providers/kubernetes/routers/router.ts';
import type { Stand } from '../../../../providers/kubernetes/sight.ts';
import type { Cluster, KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import { home, release } from '../sights.ts';

interface Place {
  readonly kind: string;
  readonly name?: string;
}

interface Step {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

type Tree = Record<string, unknown>;

/** Objects as an API server keeps them: a JSON patch is whole or nothing, and a new spec has a new generation. */
export class RouterFixture {
  readonly objects = new Map<string, KubeObject>();
  /** Bodies of all patches, as they were sent. */
  readonly sent: Step[][] = [];
  /** By the server's clock. */
  now = 1000;

  put(kind: string, object: object): void {
    const { metadata, ...rest } = object as KubeObject;
    this.objects.set(`${kind}/${metadata.name}`, {
      ...rest,
      metadata: { generation: 1, ...metadata },
    });
  }

  get(kind: string, name: string): KubeObject & { readonly spec: Tree } {
    return structuredClone(this.objects.get(`${kind}/${name}`)) as KubeObject & { spec: Tree };
  }

  take(kind: string, name: string): void {
    this.objects.delete(`${kind}/${name}`);
  }

  get cluster(): Cluster {
    const at = ({ kind, name }: Place) => `${kind}/${name}`;
    const part = {
      now: () => this.now,
      get: async (place: Place) => structuredClone(this.objects.get(at(place)) ?? null),
      list: async ({ kind }: Place) =>
        [...this.objects].flatMap(([key, object]) =>
          key.startsWith(`${kind}/`) ? [structuredClone(object)] : [],
        ),
      create: async ({ kind }: Place, body: KubeObject) => {
        if (this.objects.has(`${kind}/${body.metadata.name}`))
          throw new ProviderError('conflict', 'it is there');
        this.put(kind, structuredClone(body));
      },
      remove: async (place: Place) => void this.objects.delete(at(place)),
      patch: async (place: Place, { body }: { readonly body: readonly Step[] }) => {
        const before = this.objects.get(at(place));
        if (!before) throw new ProviderError('permanent', `no ${at(place)}`);
        this.sent.push([...body]);
        this.objects.set(at(place), patched(before, body));
      },
    };
    return part as unknown as Cluster;
  }
}

function patched(before: KubeObject, steps: readonly Step[]): KubeObject {
  const after = structuredClone(before) as unknown as Tree;
  for (const step of steps) applied(after, step);
  const { spec } = before as unknown as Tree;
  const metadata = after.metadata as Tree;
  if (JSON.stringify(spec) !== JSON.stringify(after.spec))
    metadata.generation = Number(metadata.generation) + 1;
  return after as unknown as KubeObject;
}

function applied(tree: Tree, { op, path, value }: Step): void {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() as string;
  const parent = keys.reduce<Tree>((at, key) => at[key] as Tree, tree);
  const found = parent[last];
  if (op === 'test') {
    if (JSON.stringify(found ?? null) !== JSON.stringify(value))
      throw new ProviderError('conflict', `${path} is ${JSON.stringify(found)}`);
  } else if (op === 'remove') {
    if (found === undefined) throw new ProviderError('permanent', `${path} is not there`);
    delete parent[last];
  } else {
    if (op === 'replace' && found === undefined)
      throw new ProviderError('permanent', `${path} is not there`);
    parent[last] = structuredClone(value);
  }
}

/** What a Deployment of this name stands for. */
function stand(name: string): Stand {
  const v1 = release('v1');
  const made = home({ replicas: 1, wants: v1, runs: [[v1, []]] });
  const { deployment } = made;
  const metadata = { ...deployment.metadata, name };
  return { ...made, deployment: { ...deployment, metadata } };
}

/** One workload's view of a router: `web` and, beside it, `web-dctl-2`, unless others are named. */
export function view(
  fixture: RouterFixture,
  router: { readonly kind: string; readonly name: string },
  workload = 'web',
) {
  const connection = {
    namespace: 'shop',
    workload,
    service: workload,
    router,
    url: null,
    propagation: 500,
  };
  const one = routerFor(fixture.cluster, connection);
  const scenery: Scenery = {
    home: stand(workload),
    sides: [stand(`${workload}-dctl-2`)],
    service: null,
    distinction: null,
  };
  const read = async (): Promise<Routing> => one.read(await one.fetch(), scenery);
  const writeOn = (fetched: unknown, change: Omit<Change, 'key' | 'isShift'> & Partial<Change>) =>
    one.write(fetched, scenery, { key: 'd1/01', isShift: true, ...change });
  return {
    router: one,
    read,
    writeOn,
    write: async (change: Parameters<typeof writeOn>[1]) => writeOn((await read()).fetched, change),
  };
}
