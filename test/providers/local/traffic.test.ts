import { afterEach, describe, expect, it } from 'vitest';
import { LocalFixture, pause, until } from './fixture.ts';
import { load, STEADY } from './load.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

describe('no request fails because of a deployment', () => {
  it.each([{ fresh: false }, { fresh: true }])(
    'start, route in stages, back, forth and retire under load ($fresh)',
    async ({ fresh }) => {
      fixture = await LocalFixture.open();
      const v1 = await fixture.serve('v1');
      const traffic = load(await fixture.url(), { fresh, ...STEADY });
      for (let round = 2; round < 5; round++) {
        const old = round === 2 ? v1 : await fixture.release(`v${round - 1}`);
        const fresh = await fixture.release(`v${round}`);
        expect(await fixture.start(fresh)).toEqual({ state: 'done' });
        for (const weight of [5, 50, 20, 100]) {
          expect(await fixture.route({ [old.id]: 100 - weight, [fresh.id]: weight })).toEqual({
            state: 'done',
          });
          await pause(30);
        }
        await fixture.make({ kind: 'promote', release: fresh.id });
        expect(await fixture.make({ kind: 'retire', release: old.id, keeps: fresh.id })).toEqual({
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
      fixture = await LocalFixture.open();
      const old = await fixture.serve('v1', { replicas: 3 });
      const fresh = await fixture.release('v2', { replicas: 3 });
      const traffic = load(await fixture.url(), STEADY);
      const replace = (replaced: number) =>
        fixture.make({
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
      expect((await fixture.provider.observe()).split).toMatchObject({ [fresh.id]: 100 });
      expect(await fixture.make({ kind: 'retire', release: old.id, keeps: fresh.id })).toEqual({
        state: 'done',
      });
      expect((await traffic.stop()).failures).toEqual([]);
    },
  );

  it.each([
    { surge: 1, unavailable: 0 },
    { surge: 0, unavailable: 1 },
  ])(
    'a whole replacement taken back at once, from its end and from its middle, with surge $surge and $unavailable unavailable',
    async ({ surge, unavailable }) => {
      fixture = await LocalFixture.open();
      const from = await fixture.serve('v1', { replicas: 4 });
      const release = await fixture.release('v2', { replicas: 4 });
      const batch = { kind: 'replace', release, from, of: 4, surge, unavailable } as const;
      const traffic = load(await fixture.url(), STEADY);
      const limits = watchLimits();
      expect(await fixture.make({ ...batch, replaced: 4 })).toEqual({ state: 'done' });
      expect(await fixture.make({ ...batch, replaced: 0 })).toEqual({ state: 'done' });
      await fixture.send({ ...batch, replaced: 4 });
      await until('two are replaced', async () => {
        const { replicas } = await fixture.status();
        return replicas.filter((one) => one.release === release.id).length >= 2;
      });
      expect(await fixture.make({ ...batch, replaced: 0 })).toEqual({ state: 'done' });
      expect((await fixture.provider.observe()).split).toMatchObject({ [from.id]: 100 });
      const { fewest, most } = await limits.stop();
      expect(fewest).toBeGreaterThanOrEqual(4 - unavailable);
      expect(most).toBeLessThanOrEqual(4 + surge);
      expect((await traffic.stop()).failures).toEqual([]);
    },
  );
});

/** How few were ready and how many existed, looked at without a break. */
function watchLimits() {
  let going = true;
  let fewest = Infinity;
  let most = 0;
  const watching = (async () => {
    while (going) {
      const { replicas } = await fixture.status();
      fewest = Math.min(fewest, replicas.filter(({ state }) => state === 'ready').length);
      most = Math.max(most, replicas.length);
      await pause(5);
    }
  })();
  return {
    async stop() {
      going = false;
      await watching;
      return { fewest, most };
    },
  };
}
