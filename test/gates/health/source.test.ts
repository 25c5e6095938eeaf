import { describe, expect, it } from 'vitest';
import { createHealthSource } from '../../../gates/health/source.ts';
import type { ObservedRelease } from '../../../src/contract/index.ts';
import { asking, observation, observed } from '../kit/rig.ts';

/** What one source makes of several observations, one after the other. */
async function measureAll(...found: (Partial<ObservedRelease> | null)[]) {
  const source = createHealthSource();
  const measurements = [];
  for (const of of found) {
    const observe = async () => observation({}, of ? [observed(of)] : []);
    measurements.push(await source.measure(asking({ of: 'troubles' }, { observe })));
  }
  return measurements;
}

describe('the health gate', () => {
  it('counts nothing for a release that is well', async () => {
    const [measurement] = await measureAll({});
    expect(measurement).toMatchObject({
      kind: 'ok',
      unit: 'count',
      candidate: { value: 0, samples: 2 },
      detail: '2 of 2 ready',
    });
  });

  it('counts units that are not ready', async () => {
    const [measurement] = await measureAll({ desired: 4, ready: 1 });
    expect(measurement).toMatchObject({ candidate: { value: 3 }, detail: '1 of 4 ready' });
  });

  it('counts restarts from its first look on', async () => {
    const values = (await measureAll({ restarts: 3 }, { restarts: 3 }, { restarts: 5 })).map(
      ({ candidate }) => candidate?.value,
    );
    expect(values).toEqual([0, 0, 2]);
  });

  it('goes on counting when a unit was replaced and its restarts went with it', async () => {
    const values = (await measureAll({ restarts: 3 }, { restarts: 0 }, { restarts: 1 })).map(
      ({ candidate }) => candidate?.value,
    );
    expect(values).toEqual([0, 0, 1]);
  });

  it('begins anew for another deployment', async () => {
    const source = createHealthSource();
    const of = (deployment: string, restarts: number) =>
      source.measure(
        asking(
          { of: 'troubles' },
          {
            observe: async () => observation({}, [observed({ restarts })]),
            subject: { deployment },
          },
        ),
      );
    await of('d1', 0);
    expect((await of('d2', 4)).candidate?.value).toBe(0);
    expect((await of('d1', 4)).candidate?.value).toBe(4);
  });

  it.each<[string, Partial<ObservedRelease> | null, object]>([
    [
      'a release that is gone',
      null,
      { kind: 'ok', candidate: { value: 1 }, detail: 'v42 is not up' },
    ],
    [
      'unhealthy for reasons of its own',
      { health: 'unhealthy', note: 'disk full' },
      { kind: 'ok', candidate: { value: 1 }, detail: 'disk full' },
    ],
    ['a platform that cannot tell', { health: 'unknown' }, { kind: 'partial', candidate: null }],
    ['no units at all', { desired: 0, ready: 0 }, { kind: 'noData', candidate: null }],
  ])('is no pass for %s', async (_, found, expected) => {
    expect((await measureAll(found))[0]).toMatchObject(expected);
  });
});

describe('the share of ready units', () => {
  const ask = (found: Partial<ObservedRelease> | null) =>
    createHealthSource().measure(
      asking(
        { of: 'ready' },
        { observe: async () => observation({}, found ? [observed(found)] : []) },
      ),
    );

  it('is what is ready of what is wanted, without a chance in it', async () => {
    expect(await ask({ desired: 5, ready: 3 })).toMatchObject({
      kind: 'ok',
      unit: 'ratio',
      candidate: { value: 0.6, samples: 5 },
      detail: '3 of 5 ready',
    });
    expect((await ask({ desired: 5, ready: 3 })).candidate).not.toHaveProperty('total');
  });

  it('is none for a release that is gone, and no data where none is wanted', async () => {
    expect(await ask(null)).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
    expect(await ask({ desired: 0, ready: 0 })).toMatchObject({ kind: 'noData' });
  });
});
