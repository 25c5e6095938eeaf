import type { MemoryPlatform } from '../../providers/memory/index.ts';
import type { JournalRecord, Store } from '../../src/contract/index.ts';
import { advance, type DeploymentState, replay } from '../../src/engine/state.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Effect, type Evidence, type Snapshot, snapshot } from './evidence.ts';
import { findAtEnd, findInEffect, findInRecord } from './invariants.ts';

/** Sees every record and every effect as it happens, and holds each against the invariants. */
export class Witness implements Evidence {
  readonly platform: MemoryPlatform;
  readonly records: JournalRecord[] = [];
  readonly effects: Effect[] = [];
  readonly states = new Map<string, DeploymentState>();
  readonly openings = new Map<string, Snapshot>();
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  readonly #clock: Clock;
  disturbed = -Infinity;
  meddled = false;
  tracing = false;

  constructor(platform: MemoryPlatform, clock: Clock) {
    this.platform = platform;
    this.#clock = clock;
  }

  get newest(): DeploymentState | null {
    return [...this.states.values()].at(-1) ?? null;
  }

  say(line: () => string): void {
    if (!this.tracing) return;
    const at = String(Math.round(this.#clock.monotonic())).padStart(8);
    this.trace.push(`${at}  ${line()}`);
  }

  violated(findings: readonly string[]): void {
    for (const finding of findings) {
      this.say(() => `VIOLATION ${finding}`);
      if (!this.violations.includes(finding)) this.violations.push(finding);
    }
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
    const { actor, step, epoch, after, late } = effect;
    this.say(
      () =>
        `${actor} epoch ${epoch} ${step} took effect${late ? ' late' : ''}: ${JSON.stringify(after)}`,
    );
    this.violated(findInEffect(effect, this));
  }

  end(): void {
    this.violated(findAtEnd(this, snapshot(this.platform)));
  }

  /** The store itself, before anything can go wrong with the line to it. */
  watch(store: Store): Store {
    return {
      ...store,
      create: async (key, value) => {
        const created = await store.create(key, value);
        if (created === 'created' && key.includes('/log/')) this.#record(JSON.parse(value));
        return created;
      },
    };
  }

  #record(record: JournalRecord): void {
    const { deployment, body } = record;
    const known = this.states.get(deployment);
    this.records.push(record);
    this.states.set(deployment, known ? advance(known, record) : replay([record]));
    if (!known) this.openings.set(deployment, snapshot(this.platform));
    if (body.kind !== 'gates')
      this.say(() => `record ${record.seq} epoch ${record.epoch} ${brief(body)}`);
    this.violated(findInRecord(record, this, snapshot(this.platform)));
  }
}

function brief(body: JournalRecord['body']): string {
  const { kind } = body;
  if (kind === 'opened')
    return `opened by ${body.holder.actor.name}: ${body.plan.steps.map(({ id }) => id).join(' ')}`;
  if (kind === 'taken') return `taken by ${body.holder.actor.name}: ${body.why}`;
  if (kind === 'control') return `control ${body.control.kind} for ${body.control.deployment}`;
  if (kind === 'turned')
    return `turned: ${body.reason}: ${body.course.map(({ id }) => id).join(' ')}`;
  return JSON.stringify(body);
}
