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
import { Following } from './following.ts';
import type { Deployment, Template } from './objects.ts';
import { observed } from './observation.ts';
import { type Doing, nextMove } from './operations/index.ts';
import { verificationOf } from './operations/told.ts';
import { reviewed } from './review.ts';
import { rivalOf } from './rivals.ts';
import { type KubeGround, type Scene, type Sight, sceneAt, sightOf } from './sight.ts';
import { kubePlain } from './template.ts';

/** A look serves whoever wants one right after it. */
const SIGHT_KEPT_MS = 200;
/** What a call has looked at behind its own change is read back by it, however busy the machine is. */
const LEFT_KEPT_MS = 1000;

/** Ms after which somebody hears what is still waited for, told or not. */
const TOLD_WITHIN_MS = 900;
const LOOK_AT_TOLD_MS = 200;

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
  #latest: { readonly scene: Scene; readonly sight: Sight; readonly at: number } | null = null;
  /** A look that goes on: who wants one while it is new waits for the same. */
  #looking: {
    readonly sight: Promise<Sight>;
    readonly at: number;
    readonly changes: number;
  } | null = null;
  #changes = 0;
  #left: { readonly key: string; readonly sight: Sight } | null = null;
  readonly #following: Following;

  constructor(ground: KubeGround, identity: Identity) {
    this.identity = identity;
    this.#ground = ground;
    this.#following = new Following(ground);
    this.access = kubeAccessTo(
      ground,
      async (_, signal) => this.#seenLately() ?? this.#lookTogether(signal),
    );
  }

  async observe(signal?: AbortSignal): Promise<Observation> {
    this.#rival ??= rivalOf(this.#ground, signal);
    const rival = this.#rival.catch((error) => {
      this.#rival = null;
      throw error;
    });
    const [others, sight] = await Promise.all([
      rival,
      this.#seenLately() ?? this.#lookTogether(signal),
    ]);
    const { owner, ...seen } = observed(sight, this.#ground);
    return { ...seen, owner: others ?? owner };
  }

  async apply(operation: Operation, context: ApplyContext): Promise<void> {
    const ground = this.#ground;
    let sight = await this.#claimed(operation, context);
    for (let count = 0; count < MOVES; count += 1) {
      if (count > 0) sight = await this.#look(context.signal);
      const move = await nextMove(operation, sight, { ground, context });
      if (move.is === 'refuse') throw new ProviderError('permanent', move.words);
      if (move.is !== 'act') {
        this.#left = { key: context.key, sight };
        return;
      }
      await move.act(context.signal).finally(() => this.#forget());
    }
  }

  async verify(operation: Operation, context: OperationContext): Promise<Verification> {
    const ground = this.#ground;
    const doing = { ground, context };
    const left = this.#leftBy(context);
    const told = left ? 'nothing' : await this.#told(operation, doing);
    if (typeof told === 'object') return told;
    const sight = left ?? (await this.#look(context.signal));
    const move = await nextMove(operation, sight, doing);
    if (move.is === 'wait') this.#follow();
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
    this.#following.close();
    return this.#ground.cluster.close();
  }

  async #lookTogether(signal?: AbortSignal): Promise<Sight> {
    const now = systemClock.monotonic();
    const { sight, at, changes } = this.#looking ?? { sight: null, at: 0, changes: 0 };
    if (sight && changes === this.#changes && now - at < SIGHT_KEPT_MS)
      // It may have ended with whoever began it.
      return sight.catch(() => this.#look(signal));
    const begun = { sight: this.#look(signal), at: now, changes: this.#changes };
    this.#looking = begun;
    return begun.sight.finally(() => {
      if (this.#looking === begun) this.#looking = null;
    });
  }

  async #look(signal?: AbortSignal): Promise<Sight> {
    const at = systemClock.monotonic();
    const changes = this.#changes;
    const scene = await sceneAt(this.#ground, signal);
    const sight = sightOf(scene, this.#ground);
    if (changes === this.#changes) this.#latest = { scene, sight, at };
    return sight;
  }

  /** What was seen before a change of ours is no longer so. */
  #forget(): void {
    this.#changes += 1;
    this.#latest = null;
  }

  /** Whoever acts has said so, and nobody else since. */
  async #claimed(operation: Operation, context: ApplyContext): Promise<Sight> {
    // What was looked at while the way back was recorded: each of its writes fails where that has changed.
    const isAhead = operation.kind === 'route' && context.direction === 'back';
    const within = isAhead ? LEFT_KEPT_MS : SIGHT_KEPT_MS;
    const sight = (await this.#unchanged(context, within)) ?? (await this.#look(context.signal));
    const claimed = await claim(sight, this.#ground, context).catch((error) => {
      this.#forget();
      throw error;
    });
    if (claimed !== sight) this.#forget();
    return claimed;
  }

  /**
   * What was seen a moment ago. Whoever writes his claim first is refused by the server where another
   * holder came meanwhile; whoever has written it asks whether the workload still bears it.
   */
  async #unchanged({ fence, signal }: ApplyContext, within: number): Promise<Sight | null> {
    const sight = this.#seenLately(within);
    if (!sight?.home) return null;
    if (fenceOf(sight.home) < fence) return sight;
    const { cluster, connection } = this.#ground;
    const { namespace, workload: name } = connection;
    const found = await cluster.get({ kind: 'deployments', namespace, name }, { signal });
    const { resourceVersion } = sight.home.deployment.metadata;
    return found?.metadata.resourceVersion === resourceVersion ? sight : null;
  }

  /** What the very call that is read back has looked at last, once: other hands may come at any time. */
  #leftBy({ key }: OperationContext): Sight | null {
    const { key: by, sight } = this.#left ?? { key: null, sight: null };
    this.#left = null;
    return by === key && sight === this.#seenLately(LEFT_KEPT_MS) ? sight : null;
  }

  #seenLately(within = SIGHT_KEPT_MS): Sight | null {
    const { sight, at } = this.#latest ?? { sight: null, at: 0 };
    return systemClock.monotonic() - at < within ? sight : null;
  }

  #follow(): void {
    if (this.#latest) this.#following.begin(this.#latest.scene, this.#latest.at);
  }

  /**
   * Whether the server tells that there is still something to wait for: then that is said when it
   * tells another thing, or after a while. All that it may have come to is looked at by itself.
   */
  async #told(operation: Operation, doing: Doing): Promise<Verification | 'nothing' | 'other'> {
    const { signal } = doing.context;
    const until = systemClock.monotonic() + TOLD_WITHIN_MS;
    let said: string | null = null;
    for (;;) {
      const { news } = this.#following;
      const sight = this.#following.sight();
      // What a router still has to do is told by its own object.
      if (!sight || sight.routing.lag !== null) return 'nothing';
      const move = await nextMove(operation, sight, doing);
      if (move.is !== 'wait') return 'other';
      const ms = until - systemClock.monotonic();
      if ((said !== null && said !== move.words) || ms <= 0 || signal.aborted)
        return { state: 'pending', progress: move.words };
      said = move.words;
      // Time alone may end it, too.
      await this.#following.more(news, { ms: Math.min(ms, LOOK_AT_TOLD_MS), signal });
    }
  }
}
