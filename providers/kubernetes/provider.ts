import type { Cluster } from '../../src/clients/kubernetes/index.ts';
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
import { kubeAccessTo } from './access.ts';
import { claim } from './claim.ts';
import type { Connection } from './connection.ts';
import type { Deployment, Template } from './objects.ts';
import { observed } from './observation.ts';
import { nextMove } from './operations/index.ts';
import { verificationOf } from './operations/told.ts';
import { reviewed } from './review.ts';
import { rivalOf } from './rivals.ts';
import { groundOf, type KubeGround, look } from './sight.ts';
import { kubePlain } from './template.ts';

/** Moves that one call may make: each is seen to be done before the next. */
const MOVES = 6;

/** Releases as Deployments of a cluster, beside the user's own and in the end as it. */
export class KubernetesProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  readonly #ground: KubeGround;
  /** Asked once: who comes later is seen by what it changes. */
  #rival: Promise<string | null> | null = null;

  constructor(cluster: Cluster, connection: Connection, identity: Identity) {
    this.identity = identity;
    this.#ground = groundOf(cluster, connection);
    this.access = kubeAccessTo(this.#ground);
  }

  async observe(signal?: AbortSignal): Promise<Observation> {
    this.#rival ??= rivalOf(this.#ground, signal);
    const rival = await this.#rival.catch((error) => {
      this.#rival = null;
      throw error;
    });
    const { owner, ...seen } = observed(await look(this.#ground, signal), this.#ground);
    return { ...seen, owner: rival ?? owner };
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    const ground = this.#ground;
    for (let count = 0; count < MOVES; count += 1) {
      const seen = await look(ground, context.signal);
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

  review(operations: readonly Operation[], before: Before): Promise<Review> {
    return reviewed(operations, before, this.#ground);
  }

  close(): Promise<void> {
    return this.#ground.cluster.close();
  }
}
