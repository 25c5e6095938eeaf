/** What a target group says about one of its targets. */
export type State = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

export interface Health {
  readonly state: State;
  readonly reason: string | null;
  readonly description?: string;
  readonly passes: number;
  readonly fails: number;
}

export interface Address {
  readonly id: string;
  readonly port: number;
}

export interface Target {
  readonly group: string;
  readonly id: string;
  readonly port: number;
  health: Health;
  /** When its connections are cut, once it drains. */
  drainsUntil: number | null;
}

export const NEW: Health = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  passes: 0,
  fails: 0,
};
const DRAINING: Health = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  passes: 0,
  fails: 0,
};

/** The registered targets of all groups. An address with two ports is two targets. */
export class Targets {
  #all = new Map<string, Target>();
  /** Groups whose targets are all in zones that the load balancer has not got. */
  readonly offside = new Set<string>();
  #places = new Map<string, Address>();
  #onGone = new Set<(target: Target) => void>();

  all(): readonly Target[] {
    return [...this.#all.values()];
  }

  of(group: string): readonly Target[] {
    return this.all().filter((target) => target.group === group);
  }

  find(group: string, id: string, port: number): Target | undefined {
    return this.#all.get(`${group}|${id}|${port}`);
  }

  register(group: string, id: string, port: number): void {
    const there = this.find(group, id, port);
    if (there && there.health.state !== 'draining') return;
    this.#all.set(`${group}|${id}|${port}`, { group, id, port, health: NEW, drainsUntil: null });
  }

  deregister(target: Target, until: number): void {
    if (target.health.state === 'draining') return;
    target.health = DRAINING;
    target.drainsUntil = until;
  }

  /** Forgets those whose time is over. */
  settle(now: number): void {
    for (const [key, target] of this.#all) {
      if (target.drainsUntil === null || now < target.drainsUntil) continue;
      this.#all.delete(key);
      for (const listener of this.#onGone) listener(target);
    }
  }

  clear(): void {
    this.#all.clear();
    this.#places.clear();
    this.offside.clear();
  }

  /** Where a target that has a name instead of an address runs here. */
  place(name: string, address: Address): void {
    this.#places.set(name, address);
  }

  at({ id, port }: Address): Address {
    return this.#places.get(id) ?? { id, port };
  }

  onGone(listener: (target: Target) => void): void {
    this.#onGone.add(listener);
  }
}

/** An answer of the target: its status, or that there was none in time or at all. */
export type Answer = number | 'timeout' | 'refused';

export interface Expectation {
  readonly isInUse: boolean;
  readonly isChecked: boolean;
  readonly passes: number;
  readonly fails: number;
  accepts(status: number): boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  timeout: 'Target.Timeout',
  refused: 'Target.FailedHealthChecks',
};

/** One check later. A new target is healthy at its first good answer; afterwards thresholds count. */
export function judged(before: Health, answer: Answer | null, expected: Expectation): Health {
  if (before.state === 'draining') return before;
  if (!expected.isInUse) return { ...NEW, state: 'unused', reason: 'Target.NotInUse' };
  if (!expected.isChecked)
    return { ...NEW, state: 'unavailable', reason: 'Target.HealthCheckDisabled' };
  if (before.state === 'unused' || answer === null) return NEW;
  const passed = typeof answer === 'number' && expected.accepts(answer);
  return passed ? better(before, expected) : worse(before, answer, expected);
}

function better(before: Health, expected: Expectation): Health {
  const counted = { passes: before.passes + 1, fails: 0 };
  if (before.state !== 'unhealthy' || counted.passes >= expected.passes)
    return { ...counted, state: 'healthy', reason: null };
  return { ...before, ...counted };
}

function worse(before: Health, answer: Answer, expected: Expectation): Health {
  const counted = { passes: 0, fails: before.fails + 1 };
  if (counted.fails >= expected.fails) {
    const reason = REASONS[answer] ?? 'Target.ResponseCodeMismatch';
    const description = typeof answer === 'number' ? { description: failedWith(answer) } : {};
    return { ...counted, state: 'unhealthy', reason, ...description };
  }
  if (before.state === 'initial')
    return { ...counted, state: 'initial', reason: 'Elb.InitialHealthChecking' };
  return { ...before, ...counted };
}

const failedWith = (status: number) => `Health checks failed with these codes: [${status}]`;
