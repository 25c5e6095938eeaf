import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { trustOf } from '../../../../providers/local/edge/client-address.ts';
import { LIMITS, type Limits } from '../../../../providers/local/edge/limits.ts';
import type { EdgeListener } from '../../../../providers/local/edge/listener.ts';
import type { RequestContext } from '../../../../providers/local/edge/request-context.ts';
import { Tallies } from '../../../../providers/local/edge/request-counts.ts';
import { openListener } from '../../../../providers/local/edge/server.ts';
import { Switchboard } from '../../../../providers/local/edge/switchboard.ts';
import { NO_TABLE, type Table } from '../../../../providers/local/home/messages.ts';
import type { Backend } from './wire.ts';

/** The proxy as the edge runs it, in front of replicas that the test brings. */
export class EdgeFixture {
  readonly board: Switchboard;
  readonly tallies = new Tallies();
  readonly context: RequestContext;
  readonly server: EdgeListener;
  #backends: Backend[] = [];
  #version = 0;

  private constructor(limits: Partial<Limits>) {
    const all = { ...LIMITS, ...limits };
    this.board = new Switchboard(() => {}, undefined, all);
    const { board, tallies } = this;
    this.context = { board, tallies, limits: all, trust: trustOf(undefined), log: null };
    this.server = openListener(this.context);
  }

  static open(...backends: Backend[]): Promise<EdgeFixture> {
    return EdgeFixture.within({}, ...backends);
  }

  /** With limits that a test can wait for. */
  static async within(limits: Partial<Limits>, ...backends: Backend[]): Promise<EdgeFixture> {
    const fixture = new EdgeFixture(limits);
    fixture.server.listen(0, '127.0.0.1');
    await once(fixture.server, 'listening');
    fixture.route(...backends);
    return fixture;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Everything to one release, `a`, whose replicas these are. */
  route(...backends: Backend[]): void {
    this.#backends.push(...backends);
    this.apply({ backends: { a: backends.map(({ port }) => ({ key: `a:${port}`, port })) } });
  }

  /** Closed with the bed. */
  adopt(backend: Backend): void {
    this.#backends.push(backend);
  }

  apply(table: Partial<Table>): void {
    this.board.apply({ ...NO_TABLE, version: ++this.#version, split: { a: 100 }, ...table });
  }

  /** What counts against the release, and all that was counted for it. */
  get counted(): { total: number; failed: number } {
    const { classes, failed } = this.tallies.of('a');
    return { total: classes.reduce((sum, count) => sum + count, 0) + failed, failed };
  }

  async close(): Promise<void> {
    this.board.apply({ ...NO_TABLE });
    this.server.closeAllConnections();
    this.server.close();
    await Promise.all(this.#backends.map((backend) => backend.close()));
  }
}
