import { expect, test } from 'vitest';
import type { BackgroundSource, Measurement } from '../../src/contract/index.ts';
import { no, v1, yes } from '../helpers/world.ts';
import { running, servingWorld, silence, tampered } from './stage.ts';

const nothing: Measurement = { ...yes, kind: 'noData', candidate: null, detail: 'no requests' };

test.each<[string, () => Measurement | Promise<Measurement>]>([
  [
    'throws',
    () => {
      throw new Error('connection refused');
    },
  ],
  ['never answers', silence],
  ['has no data', () => nothing],
  ['measures another version', () => ({ ...yes, kind: 'wrongVersion' })],
  ['gives no number', () => ({ ...yes, candidate: { value: Number.NaN, samples: 1 } })],
])('a gate that %s is never a pass: the deployment goes back', async (_what, reading) => {
  const world = servingWorld();
  world.readings.set('probe', reading);
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.live).toBe(v1.id);
});

test('a gate that finds its voice within the extension passes', async () => {
  const world = servingWorld();
  const quietUntil = 12_000;
  world.readings.set('probe', () => (world.clock.monotonic() < quietUntil ? nothing : yes));
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
});

test('one gate that never answers does not delay what another one finds', async () => {
  const world = servingWorld();
  const { source } = world;
  let asked = 0;
  Object.assign(world, {
    source: (kind: string) => ({
      measure: async (request: never) => {
        asked += 1;
        return asked === 1 ? silence() : source(kind).measure(request);
      },
    }),
  });
  world.readings.set('probe', () => no);
  await world.clock.run(running(world));
  const routed = world.events.filter(({ type }) => type === 'routed').at(-1);
  expect((routed?.at ?? Infinity) - world.clock.wallOffset).toBeLessThan(4000);
});

test('a platform that cannot be read for a moment costs a gate one reading, not the deployment', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  tampered(world, {
    observe: async () => {
      const now = world.clock.monotonic();
      if (now > 3500 && now < 4500) throw new Error('ECONNRESET');
      return observe();
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
});

test('a source whose background cannot begin, or end, is only a warning', async () => {
  const world = servingWorld();
  let begun = 0;
  const load: BackgroundSource = {
    measure: async () => yes,
    begin: async () => {
      begun += 1;
      if (begun === 1) throw new Error('port in use');
      return silence;
    },
  };
  Object.assign(world, { source: () => load });
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('succeeded');
  const warned = world.events.some(
    (event) => event.type === 'notice' && event.data.message.includes('port in use'),
  );
  expect([warned, begun]).toEqual([true, 3]);
});
