import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { Kind } from '../../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../../src/contract/index.ts';
import { builtBinary } from '../../built.ts';
import { Run } from '../../fixture.ts';
import { expectEnd } from '../bed.ts';
import { KubernetesFixture } from '../fixture.ts';
import { GATEWAY, onTraefik, ownHost } from '../ground.ts';
import { Load } from '../load.ts';

const PAGE = new URL('../../../../docs/kubernetes-routers.md', import.meta.url);

/** Those of the page that requests can be sent through here. */
const SERVED = ['httpRoute', 'traefikService', 'ingressRoute', 'nginxIngress'];

const KINDS: Readonly<Record<string, Kind>> = {
  HTTPRoute: 'httproutes',
  TraefikService: 'traefikservices',
  IngressRoute: 'ingressroutes',
  Ingress: 'ingresses',
};

interface Written extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject;
}

/** What the page says under this heading: objects, and a config. */
async function saidUnder(heading: string, host: string) {
  const text = (await readFile(PAGE, 'utf8')).replaceAll('web.example.com', host);
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
  const objects = parseAllDocuments(blocks[0] ?? '').map((document) => document.toJS() as Written);
  return { objects, config: blocks[1] ?? '' };
}

/** In another namespace, and sooner at its end: nothing else differs from what the page says. */
const hurried = (namespace: string) => [
  `provider.kubernetes.namespace=${namespace}`,
  'provider.kubernetes.propagation=1500ms',
  'defaults.bake.duration=1s',
  'gates.answers.interval=500ms',
  'gates.alive.interval=500ms',
];

onTraefik('the examples of the page about routers', () => {
  describe.concurrent('deploy as they stand', () => {
    test.each(SERVED)('%s', async (heading) => {
      const host = ownHost(`${heading.toLowerCase()}.guide.test`);
      const { objects, config } = await saidUnder(heading, host);
      const fixture = await KubernetesFixture.withWeb({ replicas: 1 });
      const { namespace } = fixture;
      const folder = await mkdtemp(join(tmpdir(), 'deployctl-guide-'));
      try {
        for (const { kind, metadata, ...rest } of objects)
          await fixture.make(KINDS[kind] as Kind, {
            ...rest,
            kind,
            metadata: { ...metadata, namespace },
          });
        await fixture.gatewayUrl(host);
        const { door } = fixture.cluster.connection;
        const { clusters, users, contexts } = door.all;
        const prod = contexts.map((one) => ({ ...one, name: 'prod' }));
        const kubeconfig = { 'current-context': 'prod', clusters, users, contexts: prod };
        await writeFile(join(folder, 'kubeconfig'), stringify(kubeconfig));
        const short = config.replaceAll(/duration: \d+m/g, 'duration: 1s');
        await writeFile(join(folder, 'deploy.config.yaml'), short);
        const load = Load.begin(GATEWAY, { host, clients: 2, gap: 20 });
        const sets = hurried(namespace).flatMap((one) => ['--set', one]);
        const store = `kubernetes:///${namespace}?context=prod`;
        const run = new Run(
          spawn(process.execPath, [builtBinary(), 'deploy', '--store', store, ...sets], {
            cwd: folder,
            env: {
              ...process.env,
              KUBECONFIG: join(folder, 'kubeconfig'),
              XDG_STATE_HOME: join(folder, 'state'),
              CI: 'true',
              NO_COLOR: '1',
            },
          }),
        );
        await expectEnd(run.ended, 0, heading);
        await load.end();
        expect(load.failed).toEqual([]);
        expect(load.answers.at(-1)?.version).toBe('v42');
        expect(await fixture.names('deployments')).toEqual(['web']);
      } finally {
        await rm(folder, { recursive: true, force: true });
        await fixture.close();
      }
    });
  });
});
