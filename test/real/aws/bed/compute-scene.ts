import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { JsonObject, Release, Split } from '../../../../src/contract/index.ts';
import { Bed } from './bed.ts';
import { AwsFixture, KEY } from './fixture.ts';
import { Ledger } from './ledger.ts';
import type { Network, NetworkOptions } from './network.ts';

export interface ComputeSceneOptions {
  readonly network?: NetworkOptions;
  /** The section of the config that says what brings releases up. */
  readonly settings: JsonObject;
  /** Brings up what serves, as its owner's hands have it before the first deployment. */
  serving(bed: Bed, network: Network): Promise<void>;
}

/** A load balancer, what serves behind it, and the provider: one for each test of the file, on one bed. */
export interface ComputeScene {
  readonly bed: Bed;
  readonly fixture: AwsFixture;
  /** What is live, as the plan of a deployment records it. */
  before(): Promise<{ live: Release; split: Split | null; units: number }>;
  /** A release of v2, brought up, given all of the traffic, and what was before it taken away: all that was called for it. */
  course(): Promise<string>;
  /** The calls that were made to these services so far, as policies name them. */
  actions(services: RegExp): readonly string[];
}

export const done = expect.objectContaining({ state: 'done' });
export const start = (release: Release, capacity = 100) =>
  ({ kind: 'start', release, capacity, weights: [] }) as const;
export const route = (split: Split) => ({ kind: 'route', split, match: null }) as const;

/** Where the guide shows every call of it. */
export const golden = (name: string) =>
  new URL(`../../../../docs/aws/calls/${name}.txt`, import.meta.url).pathname;

/** What a policy of the guide allows. */
export async function allowedBy(name: string): Promise<readonly string[]> {
  const file = new URL(`../../../../docs/aws/${name}.json`, import.meta.url);
  const { Statement } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
  };
  return Statement.flatMap(({ Action }) => Action).sort();
}

export function useComputeScene({ network, settings, serving }: ComputeSceneOptions): ComputeScene {
  let bed: Bed;
  let fixture: AwsFixture;
  beforeAll(async () => {
    bed = await Bed.open();
  });
  beforeEach(async () => {
    fixture = await AwsFixture.open(bed, network, settings);
    await serving(bed, fixture.network);
  });
  afterEach(async () => {
    await fixture.close();
    await bed.reset();
  });
  afterAll(() => bed.close());
  const before = async () => {
    const { releases, live, split, full } = await fixture.provider.observe();
    const release = releases.find(({ id }) => id === live)?.release as Release;
    return { live: release, split, units: full ?? 0 };
  };
  return {
    get bed() {
      return bed;
    },
    get fixture() {
      return fixture;
    },
    before,
    course: async () => {
      const was = await before();
      const ledger = new Ledger(bed, fixture.network);
      const v2 = await fixture.release('v2');
      for (const operation of [
        start(v2),
        route({ [v2.id]: 100 }),
        { kind: 'promote', release: v2.id },
        { kind: 'retire', release: was.live.id, keeps: v2.id },
      ] as const)
        expect(await fixture.make(operation, { before: was })).toEqual(done);
      return `${ledger.told()}\n`;
    },
    actions: (services) => {
      const made = bed.front.calls
        .map(({ call }) => call)
        .filter(({ caller: { key, service } }) => key === KEY && services.test(service))
        .map(({ caller, action }) => `${caller.service}:${action}`);
      return [...new Set(made)].sort();
    },
  };
}
