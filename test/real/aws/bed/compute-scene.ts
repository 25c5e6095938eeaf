import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Before, JsonObject, Release, Split } from '../../../../src/contract/index.ts';
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
  /**
   * A release of v2, brought up, given all of the traffic, and what was before it taken away; then the
   * same the other way round, as a rollback after the end has it. All that was called for each.
   */
  course(): Promise<{ readonly there: string; readonly back: string }>;
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

/** Brings it up, gives it all of the traffic, and takes away what was before it. */
export async function turnTo(fixture: AwsFixture, to: Release, before: Before): Promise<void> {
  for (const operation of [
    start(to),
    route({ [to.id]: 100 }),
    { kind: 'promote', release: to.id },
    { kind: 'retire', release: before.live?.id ?? '', keeps: to.id },
  ] as const)
    expect(await fixture.make(operation, { before })).toEqual(done);
  const called = fixture.bed.front.calls
    .filter(({ call: { caller } }) => caller.key === KEY && caller.service === BALANCING)
    .map(({ call }) => `${BALANCING}:${call.action}`);
  expect(await allowedBy('policy')).toEqual(expect.arrayContaining([...new Set(called)]));
}

const BALANCING = 'elasticloadbalancing';

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
      const there = new Ledger(bed, fixture.network);
      const v2 = await fixture.release('v2');
      await turnTo(fixture, v2, was);
      const told = `${there.told()}\n`;
      const back = new Ledger(bed, fixture.network);
      await turnTo(fixture, was.live, await before());
      return { there: told, back: `${back.told()}\n` };
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
