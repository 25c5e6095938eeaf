import { afterEach, describe, expect, it } from 'vitest';
import { load } from './load.ts';
import { pause, Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('no request fails because of a deployment', () => {
  it.each([{ fresh: false }, { fresh: true }])(
    'start, route in stages, back, forth and retire under load ($fresh)',
    async ({ fresh }) => {
      stage = await Stage.open();
      const v1 = await stage.serve('v1');
      const traffic = load(await stage.url(), { fresh });
      for (let round = 2; round < 5; round++) {
        const old = round === 2 ? v1 : await stage.release(`v${round - 1}`);
        const fresh = await stage.release(`v${round}`);
        expect(await stage.start(fresh)).toEqual({ state: 'done' });
        for (const weight of [5, 50, 20, 100]) {
          expect(await stage.route({ [old.id]: 100 - weight, [fresh.id]: weight })).toEqual({
            state: 'done',
          });
          await pause(30);
        }
        await stage.make({ kind: 'promote', release: fresh.id });
        expect(await stage.make({ kind: 'retire', release: old.id, keeps: fresh.id })).toEqual({
          state: 'done',
        });
      }
      const { failures, requests, versions } = await traffic.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(300);
      expect(Object.keys(versions).sort()).toEqual(['v1', 'v2', 'v3', 'v4']);
    },
  );

  it.each([
    { surge: 1, unavailable: 0 },
    { surge: 0, unavailable: 1 },
  ])(
    'a rolling replacement with surge $surge and $unavailable unavailable, and back',
    async ({ surge, unavailable }) => {
      stage = await Stage.open();
      const old = await stage.serve('v1', { replicas: 3 });
      const fresh = await stage.release('v2', { replicas: 3 });
      const traffic = load(await stage.url());
      const replace = (replaced: number) =>
        stage.make({
          kind: 'replace',
          release: fresh,
          from: old,
          replaced,
          of: 3,
          surge,
          unavailable,
        });
      for (const replaced of [1, 3, 2, 0, 3])
        expect(await replace(replaced)).toEqual({ state: 'done' });
      expect((await stage.provider.observe()).split).toMatchObject({ [fresh.id]: 100 });
      expect(await stage.make({ kind: 'retire', release: old.id, keeps: fresh.id })).toEqual({
        state: 'done',
      });
      expect((await traffic.stop()).failures).toEqual([]);
    },
  );
});
