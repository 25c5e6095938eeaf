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
import { patchSet } from './changes.ts';
import { nextSetMove } from './operations.ts';
import { observedSet, reviewedSet } from './review.ts';
import { lookAtSet, type SetSight, setAsSight } from './sight.ts';

/** Moves that one call may make: each is seen before the next. */
const SET_MOVES = 3;

/** A StatefulSet: its pods are replaced where they are, in batches that stand still by themselves. */
export class StatefulSetProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  readonly #ground: KubeGround;
  #notes: readonly string[] = [];

  constructor(cluster: Cluster, connection: Connection, identity: Identity) {
    this.identity = identity;
    this.#ground = groundOf(cluster, connection);
    this.access = kubeAccessTo(this.#ground, async (_ground, signal) =>
      setAsSight(await this.#look(signal)),
    );
  }

  async observe(signal?: AbortSignal): Promise<Observation> {
    return observedSet(await this.#look(signal), this.#ground);
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    for (let count = 0; count < SET_MOVES; count += 1) {
      const looked = await this.#look(context.signal);
      const seen = count === 0 ? await this.#claim(looked, context) : looked;
      const move = nextSetMove(operation, seen, { ground: this.#ground, context });
      if (move.is === 'refuse') throw new ProviderError('permanent', move.words);
      if (move.is !== 'act') return;
      await move.act(context.signal);
    }
  }

  async verify(operation: Operation, context: OperationContext): Promise<Verification> {
    const seen = await this.#look(context.signal);
    const move = nextSetMove(operation, seen, { ground: this.#ground, context });
    return verificationOf(move, this.#ground, context.signal);
  }

  async review(operations: readonly Operation[], _before: Before): Promise<Review> {
    const { refusals, notes } = await reviewedSet(operations, await this.#look(), this.#ground);
    return { refusals, notes: [...this.#notes, ...notes] };
  }

  /** What came up while a release was described. */
  note(notes: readonly string[]): void {
    this.#notes = notes;
  }

  close(): Promise<void> {
    return this.#ground.cluster.close();
  }

  async #look(signal?: AbortSignal): Promise<SetSight> {
    const { namespace, workload } = this.#ground.connection;
    const seen = await lookAtSet(this.#ground, signal);
    if (!seen)
      throw new ProviderError(
        'permanent',
        `there is no StatefulSet ${workload} in the namespace ${namespace}`,
      );
    return seen;
  }

  /** Whoever acts writes it down, so that one that was taken over is refused. */
  async #claim(seen: SetSight, { fence, signal, before }: ApplyContext): Promise<SetSight> {
    const { metadata } = seen.set;
    const { annotations = {} } = metadata;
    const newest = Number(annotations[MARK.fence] ?? 0);
    if (newest > fence)
      throw new ProviderError('fenced', `holder ${newest} of ${metadata.name} came after ${fence}`);
    const live = annotations[MARK.live] ?? before.live?.id ?? seen.wanted.id;
    if (newest === fence && annotations[MARK.live] !== undefined) return seen;
    const marked = { [MARK.fence]: String(fence), [MARK.live]: live };
    const set = await patchSet(this.#ground, seen.set, { annotations: marked, signal });
    return { ...seen, set };
  }
}
