import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
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
} from '../../../src/contract/index.ts';
import { kubeAccessTo } from '../access.ts';
import type { Connection } from '../connection.ts';
import { MARK } from '../marks.ts';
import { verificationOf } from '../operations/told.ts';
import { groundOf, type KubeGround } from '../sight.ts';
import { patchRollout } from './changes.ts';
import { observedRollout } from './observation.ts';
import { nextRolloutMove } from './operations.ts';
import { reviewedRollout, rolloutOwner } from './review.ts';
import { asSight, lookAtRollout, type RolloutSight } from './sight.ts';

/** Moves that one call may make: each is seen before the next. */
const ROLLOUT_MOVES = 3;

/** An Argo Rollout that stays as it is: its controller follows its steps, and is told when to go on or back. */
export class RolloutProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  readonly #ground: KubeGround;
  #notes: readonly string[] = [];

  constructor(cluster: Cluster, connection: Connection, identity: Identity) {
    this.identity = identity;
    this.#ground = groundOf(cluster, connection);
    this.access = kubeAccessTo(this.#ground, async (_ground, signal) =>
      asSight(await this.#look(signal)),
    );
  }

  async observe(signal?: AbortSignal): Promise<Observation> {
    const seen = await this.#look(signal);
    const owner = await rolloutOwner(seen, this.#ground, signal);
    return { ...observedRollout(seen, this.#ground), owner };
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    for (let count = 0; count < ROLLOUT_MOVES; count += 1) {
      const looked = await this.#look(context.signal);
      const seen = count === 0 ? await this.#claim(looked, context) : looked;
      const move = nextRolloutMove(operation, seen, { ground: this.#ground, context });
      if (move.is === 'refuse') throw new ProviderError('permanent', move.words);
      if (move.is !== 'act') return;
      await move.act(context.signal);
    }
  }

  async verify(operation: Operation, context: OperationContext): Promise<Verification> {
    const seen = await this.#look(context.signal);
    const move = nextRolloutMove(operation, seen, { ground: this.#ground, context });
    return verificationOf(move, this.#ground, context.signal);
  }

  async review(_operations: readonly Operation[], _before: Before): Promise<Review> {
    const { refusals, notes } = await reviewedRollout(await this.#look(), this.#ground);
    return { refusals, notes: [...this.#notes, ...notes] };
  }

  /** What came up while a release was described. */
  note(notes: readonly string[]): void {
    this.#notes = notes;
  }

  close(): Promise<void> {
    return this.#ground.cluster.close();
  }

  async #look(signal?: AbortSignal): Promise<RolloutSight> {
    const { namespace, workload } = this.#ground.connection;
    const seen = await lookAtRollout(this.#ground, signal);
    if (!seen)
      throw new ProviderError(
        'permanent',
        `there is no Rollout ${workload} with a template of its own in the namespace ${namespace}`,
      );
    return seen;
  }

  /** Whoever acts writes it down, so that one that was taken over is refused. */
  async #claim(seen: RolloutSight, { fence, signal }: ApplyContext): Promise<RolloutSight> {
    const { metadata } = seen.rollout;
    const { annotations = {} } = metadata;
    const newest = Number(annotations[MARK.fence] ?? 0);
    if (newest > fence)
      throw new ProviderError('fenced', `holder ${newest} of ${metadata.name} came after ${fence}`);
    const live = annotations[MARK.live] ?? seen.stable.id;
    if (newest === fence && annotations[MARK.live] !== undefined) return seen;
    const marked = { [MARK.fence]: String(fence), [MARK.live]: live };
    const rollout = await patchRollout(this.#ground, seen.rollout, { annotations: marked, signal });
    return { ...seen, rollout };
  }
}
