import type {
  DeployEvent,
  EventMap,
  EventType,
  GateSpec,
  Judgement,
  Observation,
  Plan,
  Verdict,
} from '../../../src/contract/index.ts';
import { canary } from '../../../strategies/canary/plan.ts';
import { canarySettings, inputOf, observed, releaseOf, seen } from '../../strategies/scenes.ts';

const gate = (over: Partial<GateSpec> = {}): GateSpec => ({
  source: 'edge',
  settings: {},
  interval: 10_000,
  timeout: 5000,
  delay: 5000,
  warmup: 0,
  judge: {
    max: 0.05,
    min: null,
    consecutive: 2,
    for: 0,
    compare: null,
    minSamples: 50,
    onNoData: 'fail',
    errorLimit: 3,
  },
  advisory: false,
  ...over,
});

export function planOf(over: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    folder: '/',
    target: {
      id: 'shop-production-1',
      service: 'shop',
      environment: 'production',
      identity: { provider: 'kubernetes', label: 'cluster prod-eu, namespace shop', pins: {} },
    },
    provider: { name: 'kubernetes', connection: {} },
    strategy: 'canary',
    release: releaseOf('v2'),
    before: { live: releaseOf('v1'), split: { 'v1-abc': 100 }, units: 4 },
    steps: canary.plan(inputOf(canarySettings())),
    gates: {
      smoke: gate({ source: 'smoke' }),
      errors: gate(),
      latency: gate({ advisory: true, judge: { ...gate().judge, for: 30_000 } }),
    },
    deadline: null,
    rollbackDeadline: 300_000,
    undoes: null,
    onInterrupt: 'pause',
    notes: [],
    hash: 'h',
    ...over,
  };
}

const actor = { name: 'ada', host: 'laptop', url: null };

export const judged = (verdict: Verdict, value: number, reason?: string): Judgement => ({
  verdict,
  value,
  limit: 0.05,
  unit: 'ratio',
  reason: reason ?? `errors ${value * 100} %, limit 5 %`,
});

/** Writes the events of a deployment down, with a clock of its own. */
export class Story {
  readonly events: DeployEvent[] = [];
  readonly plan: Plan;
  at = 1_000_000;

  constructor(plan: Plan = planOf()) {
    this.plan = plan;
  }

  tell<T extends EventType>(type: T, data: EventMap[T]): this {
    this.events.push({ type, at: this.at, deployment: 'kq3vx7ab', data } as unknown as DeployEvent);
    return this;
  }

  after(ms: number): this {
    this.at += ms;
    return this;
  }

  begin(over: Partial<EventMap['begun']> = {}): this {
    return this.tell('begun', {
      plan: this.plan,
      actor,
      resumed: false,
      direction: 'forward',
      ...over,
    });
  }

  start(index: number): this {
    const step = this.stepAt(index);
    return this.tell('step-begun', {
      step,
      number: index + 1,
      of: this.plan.steps.length,
      direction: 'forward',
    });
  }

  end(index: number, took: number): this {
    const step = this.stepAt(index);
    const outcome = { step: step.id, result: 'done', reason: null, gate: null, took } as const;
    this.after(took).tell('step-ended', { step, outcome, direction: 'forward' });
    if (step.action.kind !== 'route') return this;
    const { split } = step.action;
    return this.tell('routed', { split, stable: 'v1-abc', candidate: 'v2-abc' });
  }

  upTo(last: number): this {
    for (let index = 0; index < last; index++) this.start(index).end(index, 2000);
    return this;
  }

  measure(name: string, judgement: Judgement, step = '04-hold'): this {
    const reading = { value: judgement.value ?? 0, samples: 400 };
    const measurement = {
      kind: 'ok',
      candidate: reading,
      stable: null,
      unit: judgement.unit,
      detail: '',
    } as const;
    return this.tell('measured', {
      step,
      gate: name,
      measurement,
      judgement,
      advisory: name === 'latency',
    });
  }

  stepAt(index: number): Plan['steps'][number] {
    const step = this.plan.steps[index];
    if (!step) throw new Error(`no step ${index}`);
    return step;
  }
}

/** In the middle of the first stage. */
export function underWay(plan?: Plan): Story {
  const story = new Story(plan).begin().upTo(3).start(3);
  for (const value of [0.001, 0.002, 0.0005, 0.012, 0.004]) {
    story.after(5000).measure('errors', judged('pass', value));
  }
  return story.measure('latency', {
    ...judged('inconclusive', 182),
    limit: 250,
    unit: 'ms',
    reason: '31 of 50 samples',
  });
}

export function succeeded(): Story {
  const story = new Story().begin().upTo(13);
  return story.tell('ended', {
    result: 'succeeded',
    reason: 'v2 is live',
    observation: live('v2'),
    took: 754_000,
  });
}

const told = new Story();
const back = {
  route: { ...told.stepAt(2), id: 'back-01-route', title: 'traffic back to v1' },
  retire: { ...told.stepAt(12), id: 'back-02-retire', title: 'remove v2' },
} as const;
const course: Plan['steps'] = [back.route, back.retire];

/** The errors gate fails in the first stage, and the way back has begun. */
export function turnedRound(
  logs: readonly string[] = ['TypeError: x is undefined', '    at cart.js:7'],
): Story {
  const story = underWay();
  const reason = 'errors 9.8 % (41 of 418), limit 5 %';
  const step = story.stepAt(3);
  const outcome = {
    step: step.id,
    result: 'failed',
    reason,
    gate: 'errors',
    took: 31_000,
  } as const;
  return story
    .after(6000)
    .measure('errors', judged('fail', 0.098, reason))
    .tell('step-ended', { step, outcome, direction: 'forward' })
    .tell('turned', { reason, gate: 'errors', course, logs })
    .tell('step-begun', { step: back.route, number: 1, of: 2, direction: 'back' });
}

export function rolledBack(): Story {
  const story = turnedRound();
  const done = (step: Plan['steps'][number]) => {
    const outcome = { step: step.id, result: 'done', reason: null, gate: null, took: 800 } as const;
    story.after(800).tell('step-ended', { step, outcome, direction: 'back' });
  };
  done(back.route);
  story.tell('routed', {
    split: { 'v1-abc': 100, 'v2-abc': 0 },
    stable: 'v1-abc',
    candidate: 'v2-abc',
  });
  story.tell('step-begun', { step: back.retire, number: 2, of: 2, direction: 'back' });
  done(back.retire);
  const reason = 'errors: errors 9.8 % (41 of 418), limit 5 %';
  return story.tell('ended', {
    result: 'rolled-back',
    reason,
    observation: live('v1'),
    took: 40_000,
  });
}

export function waitingFor(): Story {
  const story = underWay().end(3, 1000).start(4);
  return story.tell('waiting', {
    step: '05-approve',
    question: 'Give v2 100 % of the traffic?',
    expires: 3_600_000,
  });
}

/** The first of two batches is over; no route was sent. */
export function batchDone(result: 'done' | 'failed' = 'done'): Story {
  const [release, from] = [releaseOf('v2'), releaseOf('v1')];
  const units = { replaced: 1, of: 3, surge: 1, unavailable: 0 };
  const story = new Story();
  const action = { kind: 'replace', release, from, ...units } as const;
  const step: Plan['steps'][number] = { ...story.stepAt(2), id: '01-replace', action };
  const outcome = { step: step.id, result, reason: null, gate: null, took: 800 } as const;
  return story.begin().tell('step-ended', { step, outcome, direction: 'forward' });
}

function live(version: string): Observation {
  return observed({
    releases: [seen(version)],
    live: `${version}-abc`,
    split: { [`${version}-abc`]: 100 },
  });
}

export const ATTACK =
  '\u001b[2J\u001b]0;owned\u0007::error::x\u202e\r\n::set-output name=a::b\n##[error]no\u009b31m';

/** Whether something is left in it that a terminal would obey. */
export function isUnsafe(text: string): boolean {
  return text.split('\n').some((line) => /[\p{Cc}\p{Bidi_Control}]/u.test(line));
}

/** A stream that keeps what is written to it. */
export class Page {
  text = '';
  readonly columns: number;
  readonly rows: number;
  readonly isTTY = true;

  constructor(columns = 80, rows = 50) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.text += text;
  }
}
