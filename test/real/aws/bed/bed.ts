import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type BucketSizes, Buckets, ROOMY } from './buckets.ts';
import { Credentials } from './credentials.ts';
import { DataPlane } from './data/plane.ts';
import { Faults } from './faults.ts';
import { Front } from './front.ts';
import { Functions } from './functions.ts';
import { HealthChecks } from './health.ts';
import { Instances } from './instances.ts';
import { Moto } from './moto.ts';
import { type Targets as AllTargets, Targets } from './targets.ts';
import { Tasks } from './tasks.ts';
import { NO_WORLD, readWorld, type World } from './world.ts';

export const REGION = 'eu-central-1';

export interface BedOptions {
  readonly buckets?: BucketSizes;
  /** Ms until the data plane follows a change of rules. */
  readonly propagation?: number;
  /** Ms between two health checks of a target. */
  readonly checks?: number;
}

/** An AWS of our own: the API server behind the strict front, real health checks, and real traffic. */
export class Bed {
  readonly faults = new Faults();
  readonly credentials = new Credentials();
  readonly buckets: Buckets;
  readonly targets: AllTargets = new Targets();
  readonly tasks: Tasks;
  readonly functions: Functions;
  readonly instances: Instances;
  readonly front: Front;
  /** Past the front: what the API server really holds. */
  readonly raw: ElasticLoadBalancingV2Client;
  propagation: number;
  #moto: Moto;
  #clients = new Map<string, ElasticLoadBalancingV2Client>();
  #world: World = NO_WORLD;
  #plane: DataPlane;
  #checks: HealthChecks;

  private constructor(moto: Moto, { buckets = ROOMY, propagation = 0, checks }: BedOptions) {
    this.#moto = moto;
    this.buckets = new Buckets(buckets);
    this.propagation = propagation;
    this.raw = clientOf(moto.url, 'RAW');
    this.tasks = new Tasks(this.targets);
    this.functions = new Functions(this.targets);
    this.instances = new Instances(this.targets);
    this.front = new Front({
      moto: moto.url,
      targets: this.targets,
      buckets: this.buckets,
      faults: this.faults,
      credentials: this.credentials,
      tasks: this.tasks,
      functions: this.functions,
      instances: this.instances,
      world: () => this.#world,
      changed: async (action) => {
        if (!/Tags$/.test(action)) await this.refresh(action !== 'ModifyTargetGroupAttributes');
      },
    });
    this.#plane = new DataPlane(this.targets, this.#world);
    this.#checks = new HealthChecks(this.targets, () => this.#world, checks);
  }

  static async open(options: BedOptions = {}): Promise<Bed> {
    const bed = new Bed(await Moto.start(), options);
    await bed.front.listen();
    await bed.refresh();
    return bed;
  }

  get url(): string {
    return this.front.url;
  }

  get motoUrl(): string {
    return this.#moto.url;
  }

  /** Requests that have their target, and no answer yet. */
  get underWay(): number {
    return this.#plane.underWay;
  }

  get world(): World {
    return this.#world;
  }

  /** A client of the API as anybody has one: the tests' own, or a third party's. */
  client(key = 'THIRD-PARTY', attempts = 12): ElasticLoadBalancingV2Client {
    const client = this.#clients.get(key) ?? clientOf(this.url, key, attempts);
    this.#clients.set(key, client);
    return client;
  }

  /** Reads what there is; attributes of groups only anew where they may have changed. */
  async refresh(knowsAttributes = false): Promise<void> {
    this.#world = await readWorld(this.raw, knowsAttributes ? this.#world.groups : undefined);
    this.#plane.learn(this.#world, this.propagation);
  }

  /** Everything away, and nothing wrong: for the next test. */
  async reset(): Promise<void> {
    await fetch(`${this.#moto.url}/moto-api/reset`, { method: 'POST' });
    await this.tasks.clear();
    await this.functions.clear();
    await this.instances.clear();
    this.targets.clear();
    this.faults.clear();
    this.credentials.clear();
    this.buckets.resize(ROOMY);
    this.propagation = 0;
    await this.refresh();
  }

  /** Where the listener can be reached from here. */
  serve(listener: string): Promise<string> {
    return this.#plane.open(listener);
  }

  async close(): Promise<void> {
    this.#checks.stop();
    await this.tasks.clear();
    await this.functions.clear();
    await this.instances.clear();
    this.#plane.close();
    for (const client of [this.raw, ...this.#clients.values()]) client.destroy();
    await this.front.close();
    await this.#moto.stop();
  }
}

function clientOf(
  endpoint: string,
  accessKeyId: string,
  maxAttempts = 3,
): ElasticLoadBalancingV2Client {
  const credentials = { accessKeyId, secretAccessKey: 'none' };
  return new ElasticLoadBalancingV2Client({
    endpoint,
    region: REGION,
    credentials,
    maxAttempts,
  });
}
