import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/index.ts';
import { Bed, type BedOptions, begun, expectEnd } from './bed.ts';
import type { KubernetesFixture } from './fixture.ts';
import { onGateway, ownHost } from './ground.ts';
import { deployment, httpRoute, image, type Web } from './manifests.ts';

const LONG = { timeout: 400_000 };
/** Ms for which a candidate that is taken away may still be sent requests: a look, and a route. */
const NOTICED = 20_000;

onGateway('other hands at a workload while a canary goes on', () => {
  describe.concurrent('each in a namespace of its own', () => {
    test('an old manifest that is applied again stops it, and a rollback ends it', LONG, () =>
      withBed('apply.test', {}, async (bed, host) => {
        const run = bed.deploy('v2', '--set', 'defaults.bake.duration=60s');
        await begun(run, /-bake$/);
        await applied(bed.fixture, 'httproutes', httpRoute(host));
        const { stdout } = await expectEnd(run.ended, 7);
        expect(stdout).toContain('diverged');
        expect(bed.load.failed).toEqual([]);
        await expectEnd(bed.elsewhere('rollback'), 0);
        await bed.expectOnly('v1');
      }),
    );

    test('a loop that puts the old manifest back takes no request down', LONG, () =>
      withBed('loop.test', {}, async (bed) => {
        const web = { apiVersion: 'apps/v1', kind: 'Deployment', ...deployment() };
        let goesOn = true;
        const loop = (async () => {
          for (; goesOn; await pause(5000)) await applied(bed.fixture, 'deployments', web);
        })();
        const { code, stdout } = await bed.deploy('v2').ended;
        // Between two of its turns all goes well; where it comes into the last step, that stops there.
        expect([0, 7], stdout.slice(-3000)).toContain(code);
        goesOn = false;
        await loop;
        if (code === 7) await expectEnd(bed.elsewhere('rollback'), 0);
        expect(bed.load.failed).toEqual([]);
      }),
    );

    test('a candidate that is edited stops it at once, and who did it is named', LONG, () =>
      withBed('edited.test', LONG_HOLD, async (bed) => {
        const run = bed.deploy('v2');
        await begun(run, /-hold$/);
        const container = { name: 'web', image: image('missing-3') };
        await bed.fixture.strategicAs('kubectl-edit', 'deployments', await sideOf(bed), {
          spec: { template: { spec: { containers: [container] } } },
        });
        const { stdout } = await expectEnd(run.ended, 7);
        expect(stdout).toContain('kubectl-edit');
        await expectEnd(bed.elsewhere('rollback'), 0);
        await bed.expectOnly('v1');
      }),
    );

    test('a candidate that is taken away gives its share back', LONG, () =>
      withBed('taken.test', LONG_HOLD, async (bed) => {
        const blows: readonly (readonly [string, (name: string) => Promise<unknown>])[] = [
          ['v2', (name) => bed.fixture.merge('deployments', name, { spec: { replicas: 0 } })],
          ['v3', (name) => bed.fixture.remove('deployments', name)],
        ];
        for (const [version, blow] of blows) {
          // Also where no gate looks after it.
          const run = bed.deploy(
            version,
            ...(version === 'v3' ? ['--set', 'defaults.watch='] : []),
          );
          await begun(run, /-hold$/);
          const struck = Date.now();
          await blow(await sideOf(bed));
          await expectEnd(run.ended, 3, version);
          await servesAgain(bed, struck + NOTICED);
          expect(await bed.shop.versions()).toEqual(['v1']);
          expect(await bed.fixture.names('deployments')).toEqual(['web']);
          await expectRouteAsWritten(bed);
        }
      }),
    );

    test('a candidate that dies at 50 % gives its share back', LONG, () =>
      withBed('dies.test', LONG_HOLD, async (bed) => {
        const dying = deployment({ env: { CRASH_AFTER_MS: '35000' } });
        const file = { apiVersion: 'apps/v1', kind: 'Deployment', ...dying };
        await writeFile(join(bed.shop.folder, 'dying.yaml'), JSON.stringify(file));
        const run = bed.deploy('v2', '--set', 'provider.kubernetes.manifests=dying.yaml');
        await begun(run, /-hold$/);
        const { stdout } = await expectEnd(run.ended, 3);
        // On a slow machine the pods are up again before the gate has its next reading.
        expect(stdout).toMatch(/ended with exit code 3|2 of 2 ready, [12] crash/);
        await servesAgain(bed);
        expect(await bed.shop.versions()).toEqual(['v1']);
      }),
    );

    test('pods that are evicted are replaced, and it goes on, slow as they are', LONG, () =>
      withBed('evicted.test', { ...HALF, replicas: 4 }, async (bed) => {
        const run = bed.deploy('v2-slow');
        await begun(run, /-hold$/);
        for (const name of ['web', await sideOf(bed)]) await bed.fixture.evictOneOf(name);
        await expectEnd(run.ended, 0);
        await bed.expectOnly('v2-slow');
      }),
    );

    test(
      'one that is never ready goes when its time is over, and no request went there',
      LONG,
      () =>
        withBed('unready.test', {}, async (bed) => {
          const { stdout } = await expectEnd(
            bed.deploy('v2-unready', '--set', 'defaults.timeouts.start=15s').ended,
            3,
          );
          expect(stdout).toContain('pods are ready');
          expect(Object.keys(bed.load.countsSince())).toEqual(['v1']);
          await bed.expectOnly('v1');
        }),
    );

    test('an autoscaler moves the old release both ways, and the way back has its pods', LONG, () =>
      withBed(
        'scaled.test',
        { env: DRAIN, stages: ['weight: 30%, duration: 8s', 'weight: 60%, duration: 60s'] },
        async (bed) => {
          await bed.fixture.make('horizontalpodautoscalers', autoscaler);
          const replicas = async (name: string) =>
            (await bed.fixture.get<Web>('deployments', name))?.spec.replicas ?? 0;
          const run = bed.deploy('v2');
          await begun(run, /-hold$/);
          await bed.fixture.merge('deployments', 'web', { spec: { replicas: 6 } });
          await bed.fixture.until(
            'the candidate follows',
            async () => (await replicas(await sideOf(bed))) === 4,
          );
          await bed.fixture.merge('deployments', 'web', { spec: { replicas: 2 } });
          await expectEnd(bed.elsewhere('rollback'), 0);
          await expectEnd(run.ended, 3);
          await bed.expectOnly('v1');
          expect(await replicas('web')).toBeGreaterThanOrEqual(3);
        },
      ),
    );

    test('a quota that is lowered on the way leads back, and nothing was lost', LONG, () =>
      withBed(
        'quota.test',
        { replicas: 4, stages: ['weight: 25%, duration: 8s', 'weight: 80%, duration: 1s'] },
        async (bed) => {
          const run = bed.deploy('v2');
          await begun(run, /-hold$/);
          await bed.fixture.make('resourcequotas', {
            metadata: { name: 'low' },
            spec: { hard: { pods: '5' } },
          });
          const { stdout } = await expectEnd(run.ended, 3);
          expect(stdout).toContain('exceeded quota');
          await bed.expectOnly('v1');
        },
      ),
    );
  });
});

const HALF = { stages: ['weight: 50%, duration: 15s'] };
/** Pods that an autoscaler takes away answer for as long as a busy proxy needs to hear of it. */
const DRAIN = { DRAIN_MS: '8000' };
const LONG_HOLD = { stages: ['weight: 50%, duration: 90s'] };

const autoscaler: JsonObject = {
  metadata: { name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 1,
    maxReplicas: 8,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  },
};

async function withBed(
  name: string,
  more: Partial<BedOptions>,
  body: (bed: Bed, host: string) => Promise<void>,
): Promise<void> {
  const host = ownHost(name);
  const bed = await Bed.make({ strategy: 'canary', host, clients: 2, ...more });
  try {
    await body(bed, host);
  } finally {
    await bed.close();
  }
}

/** The Deployment beside the workload. */
const sideOf = async ({ fixture: stage }: Bed) =>
  (await stage.names('deployments')).find((name) => name !== 'web') ?? 'none';

/** What is sent to pods that are gone is lost, whoever took them; once the way back is taken up nothing is. */
async function servesAgain(
  { fixture: stage, load }: Bed,
  by = Number.POSITIVE_INFINITY,
): Promise<void> {
  await stage.until('only v1 answers', async () => load.isOnly('v1', 60));
  const lost = load.answers.filter(({ status }) => status !== 200).map(({ at }) => at);
  expect(Math.max(0, ...lost)).toBeLessThan(by);
}

/** As the user wrote it, with nothing of ours. */
async function expectRouteAsWritten({ fixture: stage }: Bed): Promise<void> {
  const route = await stage.get('httproutes', 'web');
  expect(route).toMatchObject({
    spec: { rules: [{ backendRefs: [{ name: 'web', port: 80, weight: 1 }] }] },
  });
  expect(Object.keys(route?.metadata.annotations ?? {})).not.toContain('deployctl.dev/former');
}

/** As a tool does that owns what it applies, and takes it back from others. */
function applied(stage: KubernetesFixture, kind: 'deployments' | 'httproutes', body: JsonObject) {
  return stage.applyAs('kustomize-controller', kind, 'web', body);
}
