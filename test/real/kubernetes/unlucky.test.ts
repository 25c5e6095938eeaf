import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Bed, begun, expectEnd } from './bed.ts';
import { onGateway, ownHost } from './ground.ts';
import type { Route } from './manifests.ts';
import { type Asked, type Fault, UnluckyServer } from './unlucky-server.ts';

const LONG = { timeout: 400_000 };
const isRead = ({ method }: Asked) => method === 'GET';
const isWrite = (asked: Asked) => !isRead(asked);

const everyNth = (nth: number, fault: Fault, isMeant: (asked: Asked) => boolean = () => true) => {
  let count = 0;
  return (asked: Asked) => (isMeant(asked) && ++count % nth === 0 ? fault : null);
};

/** Each change is in conflict once. */
function conflicts(): (asked: Asked) => Fault {
  const met = new Set<string>();
  return (asked) => {
    const what = `${asked.method} ${asked.url}`;
    if (!isWrite(asked) || asked.method === 'POST' || met.has(what)) return null;
    met.add(what);
    return { status: 409 };
  };
}

const oneOf =
  (...all: readonly ((asked: Asked) => Fault)[]) =>
  (asked: Asked): Fault =>
    all.reduce<Fault>((fault, one) => fault ?? one(asked), null);

/** Faults that pass by, while a canary goes on. */
const STORMS = [
  ['v2', () => oneOf(conflicts(), everyNth(3, 'lost', isWrite))],
  [
    'v3',
    () =>
      oneOf(
        everyNth(41, { status: 429, retryAfter: 1 }),
        everyNth(29, { status: 503 }),
        everyNth(37, { status: 410 }, isRead),
        everyNth(31, 'torn', isRead),
      ),
  ],
] as const;

onGateway('an API server without luck', () => {
  describe.concurrent('each in a namespace of its own', () => {
    test('conflicts, lost and torn answers, 410, 429 and 503 keep nobody from the end', LONG, () =>
      withBed('storms.test', async (bed, server) => {
        for (const [version, storm] of STORMS) {
          server.met = 0;
          server.fault = storm();
          await expectEnd(bed.deploy(version).ended, 0, version);
          server.fault = () => null;
          expect(server.met, version).toBeGreaterThan(3);
          await bed.expectOnly(version);
        }
      }),
    );

    test('away for 5 s and for 45 s in a hold: nothing changes, then it goes on', LONG, () =>
      withBed('away.test', async (bed, server) => {
        for (const [version, seconds] of [
          ['v2', 5],
          ['v3', 45],
        ] as const) {
          const run = bed.deploy(version);
          await begun(run, /-hold$/);
          await server.away();
          const split = await shares(bed);
          await pause(seconds * 1000);
          expect(await shares(bed)).toEqual(split);
          await server.back();
          await expectEnd(run.ended, 0, version);
          await bed.expectOnly(version);
        }
      }),
    );

    test(
      'taking connections and answering none for 45 s: nothing changes, then it goes on',
      LONG,
      () =>
        withBed('hung.test', async (bed, server) => {
          const run = bed.deploy('v2');
          await begun(run, /-hold$/);
          const split = await shares(bed);
          server.fault = () => 'hung';
          await pause(45_000);
          expect(server.met).toBeGreaterThan(0);
          expect(await shares(bed)).toEqual(split);
          server.fault = () => null;
          await expectEnd(run.ended, 0);
          await bed.expectOnly('v2');
        }),
    );

    test('a token that ends is read anew; without a new one it rests, and resumes', LONG, () =>
      withBed('token.test', async (bed, server) => {
        const renewed = bed.deploy('v2');
        await begun(renewed, /-hold$/);
        await server.giveToken('second');
        server.token = 'second';
        await expectEnd(renewed.ended, 0);

        const run = bed.deploy('v3', '--set', 'defaults.bake.duration=60s');
        await begun(run, /-bake$/);
        server.token = 'third';
        const ended = Date.now();
        const split = await shares(bed);
        const { stdout } = await expectEnd(run.ended, 5);
        expect(Date.now() - ended).toBeLessThan(90_000);
        expect(stdout).toContain('deployctl resume');
        expect(await shares(bed)).toEqual(split);

        await server.giveToken('third');
        await expectEnd(bed.elsewhere('rollback'), 0);
        await bed.expectOnly('v2');
      }),
    );
  });
});

async function withBed(
  host: string,
  body: (bed: Bed, server: UnluckyServer) => Promise<void>,
): Promise<void> {
  const server = await UnluckyServer.open();
  const more = { strategy: 'canary', clients: 2, kubeconfig: server.kubeconfig };
  const bed = await Bed.make({ host: ownHost(host), ...more });
  try {
    await body(bed, server);
  } finally {
    await bed.close();
    await server.close();
  }
}

/** As the route has them, read by somebody with better luck. */
async function shares({ fixture: stage }: Bed) {
  const route = await stage.get<Route>('httproutes', 'web');
  return route?.spec.rules.map(({ backendRefs }) => backendRefs.map(({ weight }) => weight));
}
