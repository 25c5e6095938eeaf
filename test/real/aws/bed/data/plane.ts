import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Targets } from '../targets.ts';
import type { World } from '../world.ts';
import { Carrier } from './carrier.ts';
import { Choice, cookieFor, cookieOf, isSticky } from './choice.ts';
import { fits } from './conditions.ts';

/** The load balancer itself: it routes requests by the rules it has heard of, a while after they were set. */
export class DataPlane {
  #targets: Targets;
  #world: World;
  #choice = new Choice();
  #carrier: Carrier;
  #servers = new Map<string, Server>();
  #late = new Set<NodeJS.Timeout>();

  constructor(targets: Targets, world: World) {
    this.#targets = targets;
    this.#world = world;
    this.#carrier = new Carrier(targets);
    targets.onGone((target) => this.#carrier.cut(target));
  }

  /** A change that is seen by requests only after these ms. */
  learn(world: World, after: number): void {
    if (after === 0) {
      // What was to be heard of later is older than this, and may be of a former test.
      this.#forgetLate();
      this.#world = world;
      return;
    }
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      this.#world = world;
    }, after);
    this.#late.add(timer);
  }

  get underWay(): number {
    return this.#carrier.underWay;
  }

  /** Opens the listener on a port of this machine. */
  async open(listener: string): Promise<string> {
    const server = createServer((asked, answer) => this.#serve(listener, asked, answer));
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.set(listener, server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#forgetLate();
    for (const server of this.#servers.values()) {
      server.closeAllConnections();
      server.close();
    }
    this.#carrier.close();
  }

  #forgetLate(): void {
    for (const timer of this.#late) clearTimeout(timer);
    this.#late.clear();
  }

  #serve(listener: string, asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = asked;
    const rules = this.#world.listeners.get(listener)?.rules ?? [];
    const rule = rules.find((each) => fits(each, { method, path, headers }));
    const action = rule?.Actions?.find(
      ({ Type }) => Type === 'forward' || Type === 'fixed-response',
    );
    if (!rule || !action) unserved(asked, answer);
    else if (action.Type === 'fixed-response') say(action, answer);
    else this.#forward(rule, action, { asked, answer });
  }

  #forward(rule: Rule, action: Action, { asked, answer }: Exchange): void {
    const group = this.#choice.group(rule.RuleArn ?? '', action, cookieOf(asked.headers.cookie));
    const target = group ? this.#choice.target(group, this.#targets.of(group)) : null;
    const cookie = group && isSticky(action) ? cookieFor(group, action) : null;
    if (target) this.#carrier.carry(asked, answer, { target, cookie });
    else unserved(asked, answer);
  }
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
}

function say({ FixedResponseConfig }: Action, answer: ServerResponse): void {
  const { StatusCode, MessageBody } = FixedResponseConfig ?? {};
  answer.writeHead(Number(StatusCode ?? 503)).end(MessageBody);
}

/** No target in the group that the weights chose: no other group is tried. */
function unserved(asked: IncomingMessage, answer: ServerResponse): void {
  asked.resume();
  answer.writeHead(503).end('503 Service Temporarily Unavailable');
}
