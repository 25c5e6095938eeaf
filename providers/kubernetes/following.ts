import type { Followed, KubeObject, Listed } from '../../src/clients/kubernetes/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Deployment, Pod, ReplicaSet } from './objects.ts';
import { besideOf, inWords, type KubeGround, type Scene, type Sight, sightOf } from './sight.ts';

/** Ms after which all of it is looked at again, whatever is told meanwhile: not everything is. */
const BELIEVED_MS = 5000;

/** What changes while an operation is under way. */
interface Followings {
  readonly home: Followed<Deployment>;
  readonly others: Followed<Deployment>;
  readonly sets: Followed<ReplicaSet>;
  readonly pods: Followed<Pod>;
  readonly ownSets: Followed<ReplicaSet>;
  readonly ownPods: Followed<Pod>;
}

/**
 * What the server tells of a workload since the last look. It shows that there is still something to
 * wait for, without a question; whatever else it shows is looked for by itself.
 */
export class Following {
  readonly #ground: KubeGround;
  #followings: Followings | null = null;
  #selector: string | null = null;
  /** The rest of what the last look saw, and when that was. */
  #last: { readonly scene: Scene; readonly at: number } | null = null;
  #isRefused = false;
  #news = 0;
  readonly #waiting = new Set<() => void>();

  constructor(ground: KubeGround) {
    this.#ground = ground;
  }

  /** From this look on. */
  begin(scene: Scene, at: number): void {
    this.#last = { scene, at };
    if (this.#isRefused || !scene.deployment) return;
    const selector = inWords(scene.deployment.spec.selector);
    if (this.#shown() && selector === this.#selector) return;
    this.close();
    this.#selector = selector;
    this.#followings = this.#follow(scene, selector);
  }

  /** Null where it has to be looked at again. */
  sight(): Sight | null {
    const { scene, at } = this.#last ?? { scene: null, at: 0 };
    if (!scene || systemClock.monotonic() - at > BELIEVED_MS) return null;
    const shown = this.#shown();
    return shown && sightOf({ ...scene, ...shown }, this.#ground);
  }

  /** How often something was told. */
  get news(): number {
    return this.#news;
  }

  /** Until more is told than was by then, or for so long. */
  async more(than: number, { ms, signal }: { readonly ms: number; readonly signal: AbortSignal }) {
    if (this.#news !== than) return;
    const told = new AbortController();
    const tell = () => told.abort();
    this.#waiting.add(tell);
    await systemClock.sleep(ms, AbortSignal.any([told.signal, signal]));
    this.#waiting.delete(tell);
  }

  close(): void {
    for (const one of Object.values(this.#followings ?? {})) one.close();
    this.#followings = null;
  }

  #follow({ deployment, others, sets, pods, own }: Scene, selector: string): Followings {
    const { namespace, workload } = this.#ground.connection;
    const { cluster } = this.#ground;
    const beside = { labels: besideOf(this.#ground.connection) };
    const mine = { labels: selector };
    const follow = <T extends KubeObject>(
      kind: 'deployments' | 'replicasets' | 'pods',
      selected: { readonly labels?: string; readonly fields?: string },
      listed: Listed<T>,
    ) => cluster.follow<T>({ kind, namespace }, selected, { listed, changed: this.#tell });
    // Read by itself: from the version of a list beside it a change between the two would be missed.
    const home = { items: deployment ? [deployment] : [], version: null };
    return {
      home: follow('deployments', { fields: `metadata.name=${workload}` }, home),
      others: follow('deployments', beside, others),
      sets: follow('replicasets', beside, sets),
      pods: follow('pods', beside, pods),
      ownSets: follow('replicasets', mine, own.sets),
      ownPods: follow('pods', mine, own.pods),
    };
  }

  readonly #tell = () => {
    this.#news += 1;
    for (const tell of this.#waiting) tell();
  };

  #shown(): Pick<Scene, 'deployment' | 'others' | 'sets' | 'pods' | 'own'> | null {
    const all = this.#followings;
    if (!all) return null;
    this.#isRefused ||= Object.values(all).some((one) => one.isRefused);
    const { home, others, sets, pods, ownSets, ownPods } = all;
    const deployments = home.items;
    const [of, beside, besidePods] = [others.items, sets.items, pods.items];
    const [own, ownPodsOf] = [ownSets.items, ownPods.items];
    if (!deployments || !of || !beside || !besidePods || !own || !ownPodsOf) return null;
    const listed = <T>(items: readonly T[]): Listed<T> => ({ items, version: null });
    return {
      deployment: deployments[0] ?? null,
      others: listed(of),
      sets: listed(beside),
      pods: listed(besidePods),
      own: { sets: listed(own), pods: listed(ownPodsOf) },
    };
  }
}
