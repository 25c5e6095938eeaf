import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { load } from '../../../providers/local/load.ts';
import type { Run } from '../../fixture.ts';
import { Bed } from './bed.ts';
import { AwsFixture } from './fixture.ts';
import { shares } from './hands.ts';
import { Shop } from './shop.ts';

export interface SceneOptions {
  /** Ms until requests follow a change of rules. */
  readonly propagation?: number;
  /** Ms between two requests of a user; nobody sends any where it is left out. */
  readonly pause?: number;
  /** The service has a rule of its own. */
  readonly byRule?: boolean;
}

/** A load balancer, v1 behind it as its owner's hands started it, users, and the built command. */
export interface Scene {
  readonly bed: Bed;
  readonly fixture: AwsFixture;
  readonly shop: Shop;
  readonly traffic: ReturnType<typeof load>;
  /** The run ended with this code; all that it said where it did not. */
  well(run: Run, code?: number): Promise<void>;
  /** This version alone answers, and no user has met an error. */
  serves(version: string): Promise<void>;
  /** As the API server has it. */
  weights(): readonly (number | undefined)[] | undefined;
}

/** One for each test of the file, on one bed. */
export function useScene({ propagation = 0, pause, byRule = false }: SceneOptions = {}): Scene {
  let bed: Bed;
  let fixture: AwsFixture;
  let shop: Shop;
  let traffic: ReturnType<typeof load> | null = null;
  beforeAll(async () => {
    bed = await Bed.open();
  });
  beforeEach(async () => {
    fixture = await AwsFixture.open(bed, { byRule });
    await fixture.adopt('v1');
    bed.propagation = propagation;
    shop = await Shop.make(bed, fixture.network);
    traffic = pause === undefined ? null : load(fixture.network.url, { pause });
  });
  afterEach(async () => {
    await traffic?.stop();
    await shop.remove();
    await fixture.close();
    await bed.reset();
  });
  afterAll(() => bed.close());
  const users = () => {
    if (!traffic) throw new Error('nobody sends requests here');
    return traffic;
  };
  return {
    get bed() {
      return bed;
    },
    get fixture() {
      return fixture;
    },
    get shop() {
      return shop;
    },
    get traffic() {
      return users();
    },
    well: async (run, code = 0) => {
      const ended = await run.ended;
      expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    },
    serves: async (version) => {
      expect(await shares(fixture.network.url, 10)).toEqual({ [version]: 10 });
      const { failures, requests } = await users().stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(20);
    },
    weights: () => {
      const { listener, rule: own } = fixture.network;
      const rules = bed.world.listeners.get(listener)?.rules;
      const rule = rules?.find(({ RuleArn, IsDefault }) => (own ? RuleArn === own : IsDefault));
      return rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight);
    },
  };
}
