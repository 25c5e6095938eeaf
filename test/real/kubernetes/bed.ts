import { expect } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import type { Ran, Run } from '../fixture.ts';
import { KubernetesFixture, type WebOptions } from './fixture.ts';
import { Load } from './load.ts';
import { Shop, type ShopOptions } from './shop.ts';

export interface BedOptions extends WebOptions, ShopOptions {
  readonly strategy: string;
  readonly clients?: number;
}

/** A workload that serves, clients that ask without a break, and a user's folder to deploy from. */
export class Bed {
  readonly fixture: KubernetesFixture;
  readonly shop: Shop;
  readonly load: Load;

  private constructor(fixture: KubernetesFixture, shop: Shop, load: Load) {
    this.fixture = fixture;
    this.shop = shop;
    this.load = load;
  }

  /** With a host it is reached by a Gateway and split by an HTTPRoute. */
  static async make({ strategy, ...web }: BedOptions): Promise<Bed> {
    const { host } = web;
    const fixture = await KubernetesFixture.withWeb(web);
    const router = host ? '    router: { httpRoute: web }\n' : '';
    const shop = await Shop.make(fixture, `${router}strategy: ${strategy}`, web);
    const pace = { clients: web.clients ?? 4, gap: 20 };
    const load = host
      ? Load.begin(await fixture.gatewayUrl(host), { host, ...pace })
      : Load.begin(await fixture.nodeUrl(), pace);
    return new Bed(fixture, shop, load);
  }

  deploy(version: string, ...more: string[]): Run {
    return this.shop.deploy(version, '--output', 'json', ...more);
  }

  /** From a place that has only a kubeconfig. */
  async elsewhere(command: 'resume' | 'rollback', kubeconfig?: string): Promise<Ran> {
    const words = command === 'rollback' ? [command, '--yes'] : [command];
    const line = [...words, await this.shop.newest(), '--store', this.shop.store];
    return this.shop.start(line, { elsewhere: true, ...(kubeconfig ? { kubeconfig } : {}) }).ended;
  }

  /** Nothing serves but this, nothing failed, and only the user's own objects are left. */
  async expectOnly(version: string): Promise<void> {
    expect(await this.shop.versions()).toEqual([version]);
    expect(await this.fixture.names('deployments')).toEqual(['web']);
    expect(this.load.failed).toEqual([]);
  }

  /** The pods that users reach have been given this, once kube-proxy leads to no others. */
  async untilGiven(wanted: string): Promise<void> {
    const url = await this.fixture.nodeUrl();
    const given = () => fetch(url).then((answer) => answer.json() as Promise<Given>);
    await this.fixture.until(`they have ${wanted}`, () =>
      given().then(
        ({ setting }) => setting === wanted,
        () => false,
      ),
    );
  }

  async close(): Promise<void> {
    await this.load.end();
    await this.shop.remove();
    await this.fixture.close();
  }
}

interface Given {
  readonly setting: string;
}

/** Its last words are what a person needs when it did not end so. */
export async function expectEnd(ran: Ran | Promise<Ran>, code: number, about = ''): Promise<Ran> {
  const { code: found, signal, stdout, stderr } = await ran;
  expect(found, `${about} ended by ${signal}: ${stdout.slice(-3000)}${stderr}`).toBe(code);
  return await ran;
}

/** Resolves at the begin of the first step with such an id; a run that ends before it says why. */
export function begun(run: Run, id: RegExp): Promise<void> {
  const ended = run.ended.then(({ stdout, stderr }) => {
    throw new Error(`it ended before a step ${id}: ${stderr}${stdout}`);
  });
  return Promise.race([run.when((event) => isBegin(event, id)), ended]);
}

const isBegin = ({ type, data }: DeployEvent, id: RegExp) =>
  type === 'step-begun' && id.test((data as { step: { id: string } }).step.id);
