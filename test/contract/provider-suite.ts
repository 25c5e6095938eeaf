import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  Before,
  Capabilities,
  Operation,
  OperationKind,
  Provider,
  Release,
  Split,
  Start,
  Verification,
} from '../../src/contract/index.ts';
import { asking, sending } from '../helpers/calls.ts';

/** An empty target of its own, and releases that can be started there. */
export interface ProviderStage {
  readonly provider: Provider;
  /** Another provider at the same target: another terminal, another machine. */
  again(): Promise<Provider>;
  release(version: string): Promise<Release>;
  /** One that can never become ready; null where nothing can fail. */
  broken(version: string): Promise<Release | null>;
  /** Whether this platform refuses a call of a holder that was taken over. */
  readonly fenced: boolean;
  /** Set where it has no place for the key of the last change: only `wasDone` tells what others changed. */
  readonly keyless?: true;
  /** Something that other hands started, and that has all of the traffic; where that can be played. */
  adopted?(version: string): Promise<Release>;
  /** Other hands change how many units carry the traffic; where that can be played. */
  resize?(units: number): Promise<void>;
  /** Ms that an operation may take here; 15 s where nothing is said. */
  readonly patience?: number;
  close(): Promise<void>;
}

/** What the engine relies on, whatever the platform. */
export function providerSuite(name: string, open: () => Promise<ProviderStage>): void {
  describe(`the provider ${name}`, () => {
    let stage: ProviderStage;
    let keys = 0;
    let before: Before;
    beforeEach(() => {
      before = { live: null, split: null, units: 0 };
    });
    afterEach(() => stage.close());

    /** What this very target can do, which is all that is demanded of it. */
    const able = async () => (await stage.provider.observe()).capabilities;
    const can = async (kind: OperationKind) => (await able()).cannot[kind] === undefined;
    const canRoute = (weight: number, { weights }: Capabilities) =>
      weight === 0 ||
      weight === 100 ||
      ('only' in weights ? weights.only.includes(weight) : weight % weights.step === 0);
    /** Weights as a plan may ask for them one after the other. */
    const weightsInOrder = async (wanted: readonly number[]) => {
      const capabilities = await able();
      const possible = wanted.filter((weight) => canRoute(weight, capabilities));
      return capabilities.weightsDown ? possible : possible.toSorted((a, b) => a - b);
    };

    /** Under a key of its own, which it gives back. */
    const send = async (operation: Operation, { fence = 1, provider = stage.provider } = {}) => {
      const key = `suite/${keys++}`;
      await provider.apply(operation, sending(key, { fence, before }));
      return key;
    };

    const settled = async (
      operation: Operation,
      key: string,
      { by = stage.provider, ...told }: { by?: Provider; routed?: true } = {},
    ): Promise<Verification> => {
      const { patience = 15_000 } = stage;
      for (const deadline = performance.now() + patience; ; await pause(20)) {
        const seen = await by.verify(operation, asking(key, { before, ...told }));
        if (seen.state !== 'pending') return seen;
        if (performance.now() > deadline)
          throw new Error(`${operation.kind} does not settle: ${seen.progress}`);
        // As the engine does: its next phase comes only when it is asked for.
        if (seen.again) await by.apply(operation, sending(key, { before, ...told }));
      }
    };

    const make = async (operation: Operation) => {
      expect(await settled(operation, await send(operation))).toMatchObject({ state: 'done' });
    };

    const start = (release: Release, capacity = 100): Start => ({
      kind: 'start',
      release,
      capacity,
      weights: [],
    });
    const route = (split: Split): Operation => ({ kind: 'route', split, match: null });

    const serving = async (version: string): Promise<Release> => {
      const release = await stage.release(version);
      await make(start(release));
      await make(route({ [release.id]: 100 }));
      await make({ kind: 'promote', release: release.id });
      return release;
    };

    const weights = async () => {
      const { split } = await stage.provider.observe();
      return split && Object.fromEntries(Object.entries(split).filter(([, weight]) => weight > 0));
    };

    it('says what it points at, the same to everybody', async () => {
      stage = await open();
      const { identity } = stage.provider;
      expect(identity.label).not.toBe('');
      expect(Object.keys(identity.place)).not.toEqual([]);
      expect(Object.keys(identity.pins)).not.toEqual([]);
      expect(await (await stage.again()).identity).toEqual(identity);
    });

    it('finds nothing at an empty target', async () => {
      stage = await open();
      expect(await stage.provider.observe()).toMatchObject({
        releases: [],
        live: null,
        split: null,
        match: null,
      });
    });

    it('names a release by its version and content', async () => {
      stage = await open();
      const release = await stage.release('v1.2');
      expect(release.id).toMatch(/^v1\.2-[a-z0-9]+$/);
      expect(await stage.release('v1.2')).toEqual(release);
      expect((await stage.release('v1.3')).id).not.toBe(release.id);
      expect(JSON.parse(JSON.stringify(release))).toEqual(release);
    });

    it('says what it can do in numbers that make sense', async () => {
      stage = await open();
      const { timing, places, weights } = await able();
      for (const ms of [timing.propagation, timing.readLag]) expect(ms).toBeGreaterThanOrEqual(0);
      expect(timing.poll).toBeGreaterThan(0);
      for (const { best, worst } of Object.values(timing.takes))
        expect(worst).toBeGreaterThanOrEqual(best);
      if (places !== null) expect(places).toBeGreaterThanOrEqual(2);
      if ('step' in weights) expect(weights.step).toBeGreaterThan(0);
    });

    it('takes over what other hands started, and describes it the same to everybody', async () => {
      stage = await open();
      if (!stage.adopted) return;
      const found = await stage.adopted('v0');
      const seen = await stage.provider.observe();
      expect(seen.live).toBe(found.id);
      expect(await weights()).toEqual({ [found.id]: 100 });
      const release = seen.releases.find(({ id }) => id === found.id)?.release;
      expect(release).toMatchObject({ id: found.id, adopted: true });
      const other = await (await stage.again()).observe();
      expect(other.releases.find(({ id }) => id === found.id)?.release).toEqual(release);
    });

    it('brings back at the end what a deployment changed of the platform on its way', async () => {
      stage = await open();
      const { baseline } = await stage.provider.observe();
      const v1 = await serving('v1');
      before = { live: v1, split: { [v1.id]: 100 }, units: 1, baseline };
      const v2 = await stage.release('v2');
      await make(start(v2));
      await make(route({ [v2.id]: 100 }));
      await make({ kind: 'promote', release: v2.id });
      await make({ kind: 'retire', release: v1.id, keeps: v2.id });
      expect((await stage.provider.observe()).baseline).toEqual(baseline);
    });

    it('never starts fewer units than it is told to', async () => {
      stage = await open();
      await serving('v1');
      if ((await stage.provider.observe()).full === null) return;
      const v2 = await stage.release('v2');
      await make({ ...start(v2, 1), units: 2 });
      const { releases } = await stage.provider.observe();
      expect(releases.find(({ id }) => id === v2.id)?.ready).toBeGreaterThanOrEqual(2);
    });

    it('leads to the service and to a release that serves, where it leads anywhere', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const { access } = stage.provider;
      if (!access) return;
      const { signal } = new AbortController();
      const service = await access.reach(null, signal);
      expect(service?.url).toMatch(/^[a-z]+:\/\//);
      await service?.close();
      const alone = await access.reach(v1.id, signal);
      if (alone) expect(alone.url).toMatch(/^[a-z]+:\/\//);
      await alone?.close();
      expect(await access.reach('nobody-12345678', signal)).toBeNull();
      expect(await access.logs(v1.id, { lines: 5, signal })).toSatisfy(
        (lines: readonly string[]) => lines.length <= 5,
      );
    });

    it('has not done what nobody has asked for, and calls that no divergence', async () => {
      stage = await open();
      await serving('v1');
      const v2 = await stage.release('v2');
      const other = await stage.again();
      for (const operation of [start(v2), route({ [v2.id]: 100 })]) {
        expect((await other.verify(operation, asking('never'))).state).toBe('pending');
      }
    });

    it('tells what was never sent from what was changed since, by the key, to everybody', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      const [weight = 100] = await weightsInOrder([10]);
      await make({ ...start(v2), weights: [weight, 100] });
      const ours = route({ [v1.id]: 100 - weight, [v2.id]: weight });
      const key = await send(ours);
      expect(await settled(ours, key)).toMatchObject({ state: 'done' });
      await make(route(weight === 100 ? { [v1.id]: 100 } : { [v2.id]: 100 }));
      const other = await stage.again();
      const told = stage.keyless ? { wasDone: true as const } : {};
      expect((await other.verify(ours, asking(key, told))).state).toBe('diverged');
      if (stage.keyless) return;
      expect((await other.verify(ours, asking('never'))).state).toBe('pending');
    });

    it('starts a release without a change to traffic', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      await make(start(v2));
      const seen = await stage.provider.observe();
      expect(seen.live).toBe(v1.id);
      expect(await weights()).toEqual({ [v1.id]: 100 });
      const capacity = seen.full === null ? null : 100;
      const found = seen.releases.find(({ id }) => id === v2.id);
      expect(found).toMatchObject({ version: 'v2', health: 'healthy', capacity, release: v2 });
    });

    it('has still done a start after it has moved the traffic on to its release, to whoever asks', async () => {
      stage = await open();
      const v1 = await serving('v1');
      before = { live: v1, split: { [v1.id]: 100 }, units: 1 };
      const v2 = await stage.release('v2');
      const ordered = await weightsInOrder([50, 100]);
      const begun = { ...start(v2), weights: ordered };
      const key = await send(begun);
      expect(await settled(begun, key)).toMatchObject({ state: 'done' });
      for (const weight of ordered) await make(route({ [v1.id]: 100 - weight, [v2.id]: weight }));
      await make({ kind: 'promote', release: v2.id });
      // Whoever takes over has seen nothing of what was done, and may look at the start first.
      for (const by of [await stage.again(), stage.provider])
        expect(await settled(begun, key, { by, routed: true })).toMatchObject({ state: 'done' });
    });

    it('tells of a release that is named what it tells of it to whoever names none', async () => {
      stage = await open();
      await serving('v1');
      const v2 = await stage.release('v2');
      await make({ ...start(v2), weights: [100] });
      const told = async (of: readonly string[]) => {
        const { releases, live, split } = await (await stage.again()).observe(undefined, of);
        const { ready, capacity, health } = releases.find(({ id }) => id === v2.id) ?? {};
        return { ids: releases.map(({ id }) => id), live, split, ready, capacity, health };
      };
      expect(await told([v2.id])).toEqual(await told([]));
    });

    it('lists each release once, whatever part of the traffic it has', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      const [weight = 100] = await weightsInOrder([10]);
      const listed = async () => (await stage.provider.observe()).releases.map(({ id }) => id);
      await make({ ...start(v2), weights: [weight, 100] });
      expect((await listed()).toSorted()).toEqual([v1.id, v2.id].toSorted());
      await make(route({ [v1.id]: 100 - weight, [v2.id]: weight }));
      const during = await listed();
      expect(during).toEqual([...new Set(during)]);
      expect(during).toContain(v2.id);
    });

    it('starts with the first of its weights where it cannot start without', async () => {
      stage = await open();
      if (!(await able()).startsWithTraffic) return;
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      await make({ ...start(v2), weights: [10, 100] });
      expect(await weights()).toEqual({ [v1.id]: 90, [v2.id]: 10 });
    });

    it('starts a part of a release, and scales it absolutely', async () => {
      stage = await open();
      if (!(await can('scale'))) return;
      const v1 = await stage.release('v1');
      const ready = async () => (await stage.provider.observe()).releases[0]?.ready ?? 0;
      await make(start(v1, 1));
      const few = await ready();
      await make({ kind: 'scale', release: v1.id, capacity: 100 });
      expect(await ready()).toBeGreaterThan(few);
      await make({ kind: 'scale', release: v1.id, capacity: 1 });
      expect(await ready()).toBe(few);
    });

    it('changes nothing when it is asked twice', async () => {
      stage = await open();
      const v1 = await stage.release('v1');
      for (const operation of [
        start(v1),
        route({ [v1.id]: 100 }),
        { kind: 'promote', release: v1.id },
      ] as const) {
        await make(operation);
        const once = await stage.provider.observe();
        await make(operation);
        expect(await stage.provider.observe()).toEqual(once);
      }
    });

    it('routes by weights that it reads back', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      const ordered = await weightsInOrder([10, 50, 0, 100]);
      await make({ ...start(v2), weights: ordered });
      for (const weight of ordered) {
        await make(route({ [v1.id]: 100 - weight, [v2.id]: weight }));
        const split = (await weights()) ?? {};
        expect(split[v2.id] ?? 0).toBeCloseTo(weight);
        expect(Object.values(split).reduce((sum, part) => sum + part, 0)).toBeCloseTo(100);
      }
    });

    it('replaces unit by unit, traffic with it, and back', async () => {
      stage = await open();
      if (!(await can('replace'))) return;
      const from = await serving('v1');
      const release = await stage.release('v2');
      const of = (await stage.provider.observe()).releases[0]?.desired ?? 0;
      for (const replaced of [1, of, 0]) {
        await make({ kind: 'replace', release, from, replaced, of, surge: 1, unavailable: 0 });
        const split = (await weights()) ?? {};
        expect(split[release.id] ?? 0).toBeCloseTo((100 * replaced) / of, 1);
      }
    });

    it('replaces a share of its units where there are more of them than when the plan was made', async () => {
      stage = await open();
      if (!stage.resize || !(await can('replace'))) return;
      const from = await serving('v1');
      const release = await stage.release('v2');
      const of = (await stage.provider.observe()).releases[0]?.desired ?? 0;
      const units = 2 * of + 1;
      await stage.resize(units);
      for (const replaced of [1, of, 0]) {
        await make({ kind: 'replace', release, from, replaced, of, surge: 1, unavailable: 0 });
        const share = Math.ceil((units * replaced) / of) / units;
        expect((await weights())?.[release.id] ?? 0).toBeCloseTo(100 * share, 1);
      }
    });

    it('retires what has no traffic, and refuses to retire what has', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      await make(start(v2));
      await expect(send({ kind: 'retire', release: v1.id, keeps: v2.id })).rejects.toMatchObject({
        failure: 'permanent',
      });
      await make(route({ [v2.id]: 100 }));
      await make({ kind: 'promote', release: v2.id });
      await make({ kind: 'retire', release: v1.id, keeps: v2.id });
      const seen = await stage.provider.observe();
      expect(seen).toMatchObject({ live: v2.id, split: { [v2.id]: 100 } });
      expect(seen.releases.map(({ id }) => id)).toEqual([v2.id]);
    });

    it('undoes a first deployment to nothing', async () => {
      stage = await open();
      const v1 = await serving('v1');
      await make({ kind: 'retire', release: v1.id, keeps: null });
      expect(await stage.provider.observe()).toMatchObject({
        releases: [],
        live: null,
        split: null,
      });
    });

    it('refuses what it says it cannot do', async () => {
      stage = await open();
      const v1 = await serving('v1');
      if (await can('scale')) return;
      const scale = send({ kind: 'scale', release: v1.id, capacity: 50 });
      await expect(scale).rejects.toMatchObject({ failure: 'permanent' });
    });

    it('has no more places than it says', async () => {
      stage = await open();
      const { places } = await able();
      if (places === null) return;
      await serving('v1');
      for (let n = 2; n <= places; n++) await make(start(await stage.release(`v${n}`)));
      const late = send(start(await stage.release('v9')));
      await expect(late).rejects.toMatchObject({ failure: 'permanent' });
    });

    it('refuses whoever was taken over', async () => {
      stage = await open();
      if (!stage.fenced) return;
      const v1 = await stage.release('v1');
      await send(start(v1), { fence: 7 });
      const late = send(start(v1, 1), { fence: 6 });
      await expect(late).rejects.toMatchObject({ failure: 'fenced' });
      await send(start(v1), { fence: 7 });
    });

    it('shows everybody the same', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const other = await stage.again();
      expect(await other.observe()).toEqual(await stage.provider.observe());
      // What was read back once may be taken up anew while a platform is busy.
      await expect
        .poll(() => other.verify(route({ [v1.id]: 100 }), asking('never')))
        .toEqual({ state: 'done' });
    });

    it('says that a release cannot come up, and why, and leaves traffic alone', async () => {
      stage = await open();
      const broken = await stage.broken('v2');
      if (!broken) return;
      const v1 = await serving('v1');
      const seen = await settled(start(broken), await send(start(broken)));
      expect(seen).toMatchObject({ state: 'failed', reason: expect.stringMatching(/.../) });
      expect(await weights()).toEqual({ [v1.id]: 100 });
      await make({ kind: 'retire', release: broken.id, keeps: v1.id });
    });
  });
}
