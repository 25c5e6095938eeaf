import {
  type Access,
  type ApplyContext,
  type Before,
  type Identity,
  type Observation,
  type Operation,
  type OperationContext,
  type Provider,
  ProviderError,
  type Review,
  type Verification,
} from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { kubeAccessTo } from './access.ts';
import { claim, fenceOf } from './claim.ts';
import type { Deployment, Template } from './objects.ts';
import { observed } from './observation.ts';
import { nextMove } from './operations/index.ts';
import { verificationOf } from './operations/told.ts';
import { reviewed } from './review.ts';
import { rivalOf } from './rivals.ts';
import { type KubeGround, look, type Sight } from './sight.ts';
import { kubePlain } from './template.ts';

/** A look serves whoever wants one right after it. */
const SIGHT_KEPT_MS = 500;

/** Moves that one call may make: each is seen to be done before the next. */
const MOVES = 6;

/** Releases as Deployments of a cluster, beside the user's own and in the end as it. */
export class KubernetesProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  readonly #ground: KubeGround;
  /** Asked once: who comes later is seen by what it changes. */
  #rival: Promise<string | null> | null = null;

  #notes: readonly string[] = [];
  /** What was seen last, by the monotonic clock, until something is changed. */
  #latest: { readonly sight: Sight; readonly at: number } | null = null;

  constructor(ground: KubeGround, identity: Identity) {
    this.identity = identity;
    this.#ground = ground;
    this.access = kubeAccessTo(
      ground,
      async (_, signal) => this.#seenLately() ?? this.#look(signal),
    );
  }

  async observe(signal?: AbortSignal): Promise<Observation> {
    this.#rival ??= rivalOf(this.#ground, signal);
    const rival = this.#rival.catch((error) => {
      this.#rival = null;
      throw error;
    });
    const [others, sight] = await Promise.all([rival, this.#look(signal)]);
    const { owner, ...seen } = observed(sight, this.#ground);
    return { ...seen, owner: others ?? owner };
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    const ground = this.#ground;
    for (let count = 0; count < MOVES; count += 1) {
      const seen = this.#unclaimed(context) ?? (await look(ground, context.signal));
      this.#latest = null;
      const sight = count === 0 ? await claim(seen, ground, context) : seen;
      const move = await nextMove(operation, sight, { ground, context });
      if (move.is === 'refuse') throw new ProviderError('permanent', move.words);
      if (move.is !== 'act') return;
      await move.act(context.signal);
    }
  }

  async verify(operation: Operation, context: OperationContext): Promise<Verification> {
    const ground = this.#ground;
    const sight = await look(ground, context.signal);
    this.#latest = null;
    const move = await nextMove(operation, sight, { ground, context });
    return verificationOf(move, ground, context.signal);
  }

  /** The template as the server completes it, and as it will be read back. */
  async completed(template: Template): Promise<Template> {
    const { cluster, connection } = this.#ground;
    const { namespace, workload: name } = connection;
    const body = [{ op: 'replace', path: '/spec/template', value: template }];
    const { spec } = await cluster.patch<Deployment>(
      { kind: 'deployments', namespace, name },
      { as: 'json', body, dryRun: true },
    );
    return kubePlain(spec.template, null);
  }

  /** What came up while a release was described, for whoever is asked whether to deploy it. */
  note(notes: readonly string[]): void {
    this.#notes = notes;
  }

  async review(operations: readonly Operation[], before: Before): Promise<Review> {
    const { refusals, notes } = await reviewed(operations, before, this.#ground);
    return { refusals, notes: [...this.#notes, ...notes] };
  }

  close(): Promise<void> {
    return this.#ground.cluster.close();
  }

  async #look(signal?: AbortSignal): Promise<Sight> {
    const at = systemClock.monotonic();
    const sight = await look(this.#ground, signal);
    this.#latest = { sight, at };
    return sight;
  }

  /** Whoever writes his claim first is refused by the server where another holder came meanwhile. */
  #unclaimed({ fence }: ApplyContext): Sight | null {
    const sight = this.#seenLately();
    return sight?.home && fenceOf(sight.home) < fence ? sight : null;
  }

  #seenLately(): Sight | null {
    const { sight, at } = this.#latest ?? { sight: null, at: 0 };
    return systemClock.monotonic() - at < SIGHT_KEPT_MS ? sight : null;
  }
}
