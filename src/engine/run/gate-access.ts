import type { MeasureRequest, Observation, Reach, ReleaseId } from '../../contract/index.ts';
import { bounded } from '../world/call-limit.ts';
import type { World } from '../world/world.ts';

interface Journey {
  /** The release that is asked; null for the service as users reach it. */
  readonly asked: ReleaseId | null;
  readonly observe: () => Promise<Observation>;
  readonly signal: AbortSignal;
  /** Told why no way could be opened, whatever the gate that asked makes of that. */
  readonly failed: (error: unknown) => void;
}

/** The ways that one measurement opens to a release or to the service, until it is over. */
export class GateAccess {
  readonly #world: World;
  readonly #journey: Journey;
  readonly #open = new Map<ReleaseId | null, Promise<Reach | null>>();

  constructor(world: World, journey: Journey) {
    this.#world = world;
    this.#journey = journey;
  }

  readonly reach: MeasureRequest['reach'] = (to = 'asked') => {
    const release = to === 'service' ? null : this.#journey.asked;
    const open = this.#open.get(release) ?? this.#find(release);
    this.#open.set(release, open);
    open.catch(this.#journey.failed);
    return open;
  };

  /** A tunnel that does not close holds up nobody. */
  async close(): Promise<void> {
    const closing = [...this.#open.values()].map(async (open) => {
      const reach = await open.catch(() => null);
      if (reach) await bounded(this.#world, () => reach.close(), { what: 'close' });
    });
    await Promise.allSettled(closing);
  }

  async #find(release: ReleaseId | null): Promise<Reach | null> {
    const { observe, signal } = this.#journey;
    const { access } = this.#world.provider;
    if (access) return access.reach(release, signal);
    const { endpoints } = await observe();
    const url = release === null ? endpoints.public : null;
    return url === null ? null : { url, headers: {}, close: async () => {} };
  }
}
