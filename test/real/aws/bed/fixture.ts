import { setTimeout as pause } from 'node:timers/promises';
import { albProvider } from '../../../../providers/aws-alb/index.ts';
import { settingsSchema } from '../../../../providers/aws-alb/settings.ts';
import {
  type ApplyContext,
  type JsonObject,
  type Operation,
  type Provider,
  type Release,
  Secret,
  type Verification,
} from '../../../../src/contract/index.ts';
import { asking, sending } from '../../../helpers/calls.ts';
import type { Bed } from './bed.ts';
import { Fleet } from './fleet.ts';
import { imageOf } from './instances.ts';
import { makeNetwork, type Network, type NetworkOptions } from './network.ts';

/** The key that the provider signs with, so that its calls can be told from those of others. */
export const KEY = 'DEPLOYCTL';

const PATIENCE = 60_000;

/** A load balancer of its own, the provider at it, and fleets for releases to run on. */
export class AwsFixture {
  readonly bed: Bed;
  readonly network: Network;
  readonly provider: Provider;
  readonly fleets = new Map<string, Fleet>();
  #more: JsonObject;
  #keys = 0;
  #opened: Provider[] = [];

  private constructor(bed: Bed, network: Network, provider: Provider, more: JsonObject) {
    this.bed = bed;
    this.network = network;
    this.provider = provider;
    this.#more = more;
  }

  static async open(
    bed: Bed,
    options: NetworkOptions = {},
    more: JsonObject = {},
  ): Promise<AwsFixture> {
    const network = await makeNetwork(bed, options);
    return new AwsFixture(bed, network, await openProvider(bed, network, more), more);
  }

  /** Another terminal. */
  async again(): Promise<Provider> {
    const provider = await openProvider(this.bed, this.network, this.#more);
    this.#opened.push(provider);
    return provider;
  }

  /** What runs as this version, started when it is first asked for. */
  async fleet(version: string, count = 2): Promise<Fleet> {
    const there = this.fleets.get(version) ?? (await Fleet.start(version, count));
    this.fleets.set(version, there);
    return there;
  }

  async release(version: string, count = 2): Promise<Release> {
    if (this.#more.command) return this.describe(version);
    const { ecs, asg, lambda } = this.#more as Partial<
      Record<'ecs' | 'asg' | 'lambda', JsonObject>
    >;
    if (asg) return this.describe(version, { asg: { ...asg, image: imageOf(version) } });
    if (lambda) {
      const code = { bucket: 'code', key: `${version}.zip` };
      return this.describe(version, { lambda: { ...lambda, code } });
    }
    if (ecs) return this.describe(version, { ecs: { ...ecs, image: `shop:${version}` } });
    const { targets } = await this.fleet(version, count);
    return this.describe(version, { targets: targets.map(({ id, port }) => `${id}:${port}`) });
  }

  /** The release that these settings make. */
  describe(version: string, more: JsonObject = {}): Promise<Release> {
    const settings = settingsOf(this.network, { ...this.#more, ...more });
    return albProvider.release({
      version,
      settings,
      surroundings: { service: 'shop', environment: null, folder: '/', env: {} },
      provider: this.provider,
      readSecret: async () => new Secret(''),
      artifact: null,
    });
  }

  /** As a user's own hands have it before the first deployment: the version in the first group. */
  async adopt(version: string, count = 2): Promise<Fleet> {
    const fleet = await this.fleet(version, count);
    const { Hands } = await import('./hands.ts');
    const hands = new Hands(this.bed.client('OWNER'));
    await hands.register(this.network.groups[0], fleet);
    await hands.until(
      this.network.groups[0],
      Array.from({ length: count }, () => 'healthy'),
    );
    return fleet;
  }

  async send(operation: Operation, over: Partial<ApplyContext> = {}): Promise<string> {
    const key = over.key ?? `d1/${this.#keys++}`;
    await this.provider.apply(operation, sending(key, over));
    return key;
  }

  /** As the engine does it: looks until it is settled, and sends it again where that is asked for. */
  async make(operation: Operation, over: Partial<ApplyContext> = {}): Promise<Verification> {
    const key = await this.send(operation, over);
    for (const end = performance.now() + PATIENCE; ; await pause(30)) {
      const seen = await this.provider.verify(operation, asking(key, over));
      if (seen.state !== 'pending') return seen;
      if (performance.now() > end)
        throw new Error(`${operation.kind} does not settle: ${seen.progress}`);
      if (seen.again) await this.send(operation, { ...over, key });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.fleets.values()].map((fleet) => fleet.stop()));
    for (const provider of [this.provider, ...this.#opened]) await provider.close();
  }
}

/** As the config layer would hand them over. */
export function settingsOf(
  { listener, rule, groups, url }: Network,
  more: JsonObject = {},
): JsonObject {
  const [blue, green] = groups;
  const written = { listener, rule, groups: { blue, green }, url, propagation: 0, poll: '100ms' };
  const compute = ['command', 'ecs', 'asg', 'lambda'].some((name) => name in more)
    ? {}
    : { targets: ['127.0.0.1:1'] };
  return settingsSchema.parse({ ...compute, ...written, ...more }) as JsonObject;
}

async function openProvider(bed: Bed, network: Network, more: JsonObject): Promise<Provider> {
  const surroundings = { service: 'shop', environment: null, folder: '/', env: {} };
  const connection = albProvider.connection(settingsOf(network, more), surroundings);
  const env = {
    AWS_ENDPOINT_URL: bed.url,
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  return albProvider.open(connection, { env, readSecret: async () => new Secret(''), via: {} });
}
