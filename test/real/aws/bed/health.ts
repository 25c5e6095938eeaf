import { get } from 'node:http';
import {
  type Address,
  type Answer,
  type Expectation,
  judged,
  type Target,
  type Targets,
} from './targets.ts';
import { type Group, listenersUsing, type World } from './world.ts';

/** How often targets are asked: the seconds of the platform would be too long for a test. */
const INTERVAL = 80;
const PATIENCE = 2_000;

/** Asks every registered target over HTTP, as its group says, and keeps its state. */
export class HealthChecks {
  #targets: Targets;
  #world: () => World;
  #timer: NodeJS.Timeout;
  #underWay = new Set<Target>();

  constructor(targets: Targets, world: () => World, every = INTERVAL) {
    this.#targets = targets;
    this.#world = world;
    this.#timer = setInterval(() => this.#round(), every);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    this.#targets.settle(performance.now());
    const world = this.#world();
    const expected = new Map<string, Expectation>();
    for (const target of this.#targets.all()) {
      const group = world.groups.get(target.group);
      if (!group || this.#underWay.has(target)) continue;
      const wanted = expected.get(target.group) ?? {
        ...expectationOf(group, world),
        ...(this.#targets.offside.has(target.group) ? { isInUse: false } : {}),
      };
      expected.set(target.group, wanted);
      void this.#check(target, group, wanted);
    }
  }

  async #check(target: Target, group: Group, expected: Expectation): Promise<void> {
    this.#underWay.add(target);
    const asks = expected.isInUse && expected.isChecked && target.health.state !== 'draining';
    const answer = asks ? await ask(this.#targets.at(target), group) : null;
    target.health = judged(target.health, answer, expected);
    this.#underWay.delete(target);
  }
}

function expectationOf(group: Group, world: World): Expectation {
  const { HealthCheckEnabled, HealthyThresholdCount, UnhealthyThresholdCount, Matcher } =
    group.settings;
  return {
    isInUse: listenersUsing(world, group.arn).length > 0,
    isChecked: HealthCheckEnabled !== false,
    passes: HealthyThresholdCount ?? 5,
    fails: UnhealthyThresholdCount ?? 2,
    accepts: acceptorOf(Matcher?.HttpCode ?? '200'),
  };
}

/** `200`, `200,302`, `200-399`. */
function acceptorOf(matcher: string): (status: number) => boolean {
  const ranges = matcher.split(',').map((part) => part.split('-').map(Number));
  return (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to);
}

function ask({ id, port }: Address, { settings }: Group): Promise<Answer> {
  const { HealthCheckPath: path = '/', HealthCheckPort } = settings;
  const own =
    HealthCheckPort && HealthCheckPort !== 'traffic-port' ? Number(HealthCheckPort) : port;
  return new Promise((resolve) => {
    const request = get(
      { host: id, port: own, path, agent: false, timeout: PATIENCE },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    request.on('timeout', () => {
      resolve('timeout');
      request.destroy();
    });
    request.on('error', () => resolve('refused'));
  });
}
