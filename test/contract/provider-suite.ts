import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type {
  Operation,
  Provider,
  Release,
  Split,
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
  close(): Promise<void>;
}

/** What the engine relies on, whatever the platform. */
export function providerSuite(name: string, open: () => Promise<ProviderStage>): void {
  describe(`the provider ${name}`, () => {
    let stage: ProviderStage;
    let keys = 0;
    afterEach(() => stage.close());

    /** Under a key of its own, which it gives back. */
    const send = async (operation: Operation, { fence = 1, provider = stage.provider } = {}) => {
      const key = `suite/${keys++}`;
      await provider.apply(operation, sending(key, { fence }));
      return key;
    };

    const settled = async (operation: Operation, key: string): Promise<Verification> => {
      for (const deadline = performance.now() + 15_000; ; await pause(20)) {
        const seen = await stage.provider.verify(operation, asking(key));
        if (seen.state !== 'pending') return seen;
        if (performance.now() > deadline)
          throw new Error(`${operation.kind} does not settle: ${seen.progress}`);
      }
    };

    const make = async (operation: Operation) => {
      expect(await settled(operation, await send(operation))).toEqual({ state: 'done' });
    };

    const start = (release: Release, capacity = 100): Operation => ({
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

    it('leads to the service and to a release that serves, where it leads anywhere', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const { access } = stage.provider;
      if (!access) return;
      const { signal } = new AbortController();
      for (const release of [null, v1.id]) {
        const way = await access.reach(release, signal);
        expect(way?.url).toMatch(/^[a-z]+:\/\//);
        await way?.close();
      }
      expect(await access.logs(v1.id, { lines: 5, signal })).toSatisfy(
        (lines: readonly string[]) => lines.length <= 5,
      );
    });

    it('has not done what nobody has asked for, and calls that no divergence', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      const other = await stage.again();
      for (const operation of [start(v2), route({ [v1.id]: 50, [v2.id]: 50 })]) {
        expect((await other.verify(operation, asking('never'))).state).toBe('pending');
      }
    });

    it('tells what was never sent from what was changed since, by the key, to everybody', async () => {
      stage = await open();
      const v1 = await serving('v1');
      const v2 = await stage.release('v2');
      await make(start(v2));
      const ours = route({ [v1.id]: 90, [v2.id]: 10 });
      const key = await send(ours);
      expect(await settled(ours, key)).toEqual({ state: 'done' });
      await make(route({ [v1.id]: 50, [v2.id]: 50 }));
      const other = await stage.again();
      expect((await other.verify(ours, asking(key))).state).toBe('diverged');
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
      const found = seen.releases.find(({ id }) => id === v2.id);
      expect(found).toMatchObject({ version: 'v2', health: 'healthy', capacity: 100, release: v2 });
    });

    it('starts a part of a release, and scales it absolutely', async () => {
      stage = await open();
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
      await make(start(v2));
      for (const weight of [10, 50, 0, 100]) {
        await make(route({ [v1.id]: 100 - weight, [v2.id]: weight }));
        const split = (await weights()) ?? {};
        expect(split[v2.id] ?? 0).toBeCloseTo(weight);
        expect(Object.values(split).reduce((sum, part) => sum + part, 0)).toBeCloseTo(100);
      }
    });

    it('replaces unit by unit, traffic with it, and back', async () => {
      stage = await open();
      const from = await serving('v1');
      const release = await stage.release('v2');
      const of = (await stage.provider.observe()).releases[0]?.desired ?? 0;
      for (const replaced of [1, of, 0]) {
        await make({ kind: 'replace', release, from, replaced, of, surge: 1, unavailable: 0 });
        const split = (await weights()) ?? {};
        expect(split[release.id] ?? 0).toBeCloseTo((100 * replaced) / of, 1);
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

    it('refuses whoever was taken over', async () => {
      stage = await open();
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
      expect(await other.verify(route({ [v1.id]: 100 }), asking('never'))).toEqual({
        state: 'done',
      });
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
