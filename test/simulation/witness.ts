import type { MemoryPlatform } from '../../providers/memory/index.ts';
import type { JournalRecord, Store } from '../../src/contract/index.ts';
import { parseRecord } from '../../src/engine/journal/record.ts';
import { advance, type DeploymentState, replay } from '../../src/engine/journal/state.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { CANARY } from './canary.ts';
import { type Moment, momentOf } from './coverage.ts';
import { type Effect, type Evidence, type Rot, type Snapshot, snapshot } from './evidence.ts';
import { findAtEnd, findInEffect, findInRecord } from './invariants/index.ts';
import { TARGET } from './plans.ts';
import type { Shape } from './shapes.ts';

/** Sees every record and every effect as it happens, and holds each against the invariants. */
export class Witness implements Evidence {
  readonly platform: MemoryPlatform;
  readonly shape: Shape;
  readonly records: JournalRecord[] = [];
  readonly effects: Effect[] = [];
  readonly states = new Map<string, DeploymentState>();
  readonly openings = new Map<string, Snapshot>();
  readonly intents = new Map<string, number>();
  readonly turns = new Map<string, number>();
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  readonly #clock: Clock;
  newest: DeploymentState | null = null;
  moment: Moment = 'planning';
  onMoment: (moment: Moment) => void = () => {};
  disturbed = -Infinity;
  rescaled = -Infinity;
  meddled = false;
  haunted = -Infinity;
  rot: Rot | null = null;
  /** Who held the target before the newest record. */
  formerHolder: string | null = null;
  calmSince: number | null = null;
  readonly takers = new Map<string, number>();
  heardAt = 0;
  freedAt: Evidence['freedAt'] = () => null;
  tracing = false;

  constructor(platform: MemoryPlatform, shape: Shape, clock: Clock) {
    this.platform = platform;
    this.shape = shape;
    this.#clock = clock;
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

  disturb(until: number): void {
    this.disturbed = Math.max(this.disturbed, until);
  }

  /** What was looked at before is capacity of another day. */
  rescale(): void {
    this.rescaled = this.#clock.monotonic();
    this.disturb(this.rescaled);
  }

  effect(effect: Effect): void {
    const former = this.effects.at(-1);
    this.effects.push(effect);
    const { actor, step, epoch, after, sent } = effect;
    const isOld = epoch < (this.newest?.epoch ?? 0) || (former && former.epoch > epoch);
    if (isOld && (this.newest?.ended || !this.shape.profile.fenced)) this.haunted = effect.at;
    const late = effect.at > sent.at ? ` ${Math.round(effect.at - sent.at)} ms later` : '';
    this.say(() => `${actor} epoch ${epoch} ${step} took effect${late}: ${JSON.stringify(after)}`);
    this.violated(findInEffect(effect, this));
  }

  end(): void {
    this.violated(findAtEnd(this, snapshot(this.platform)));
  }

  /** The store itself, before anything can go wrong with the line to it. */
  watch(store: Store): Store {
    return {
      ...store,
      put: (key, value) => {
        this.#held(key, value);
        if (key.endsWith('/heartbeat')) this.heardAt = this.#clock.monotonic();
        return store.put(key, value);
      },
      create: async (key, value) => {
        const created = await store.create(key, value);
        this.#held(key, value);
        const [, seq] = key.split('/log/');
        // Whoever waits for a death begins again when the log goes on.
        const isTaking = value.includes('"kind":"taken"');
        if (created === 'created' && seq !== undefined && !isTaking)
          this.heardAt = this.#clock.monotonic();
        if (created === 'created' && seq !== undefined) this.#record(Number(seq), value);
        return created;
      },
    };
  }

  /** I11: nothing that the outside says in secret is written down. */
  #held(key: string, value: string): void {
    if (value.includes(CANARY)) this.violated([`${key} holds a secret`]);
  }

  #record(seq: number, text: string): void {
    const record = parseRecord({ store: { url: 'memory:' }, target: TARGET }, seq, text);
    const { deployment, body, epoch } = record;
    const known = this.states.get(deployment);
    this.records.push(record);
    this.formerHolder = this.newest?.holder.actor.name ?? null;
    const state = known ? advance(known, record) : replay([record]);
    this.states.set(deployment, state);
    this.newest = state;
    this.#enter(momentOf(state));
    if (!known) this.openings.set(deployment, snapshot(this.platform));
    if (body.kind === 'turned' && !this.turns.has(deployment))
      this.turns.set(deployment, this.#clock.monotonic());
    if (body.kind === 'step' && body.intent) this.#intended(`${deployment}/${body.intent}`, epoch);
    if (body.kind !== 'gates')
      this.say(() => `record ${record.seq} epoch ${record.epoch} ${brief(body)}`);
    this.violated(findInRecord({ record, text, at: this.#clock.monotonic() }, this));
  }

  #enter(moment: Moment): void {
    if (moment === this.moment) return;
    this.moment = moment;
    this.onMoment(moment);
  }

  #intended(step: string, epoch: number): void {
    if (!this.intents.has(step)) this.intents.set(step, epoch);
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
