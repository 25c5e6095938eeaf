import type { Access, Identity, JsonObject, Provider, Release } from '../../src/contract/index.ts';
import { vercelAccessTo } from './access.ts';
import { vercelObserve } from './observation.ts';
import { apply, verifyVercel } from './operations/index.ts';
import { A_MOMENT_MS, type Place } from './place.ts';
import { unseenProject } from './project-fault.ts';
import { reviewVercel } from './review.ts';

/** A project of Vercel's: deployments that are staged, promoted, and gone back to. */
export class VercelProvider implements Provider {
  readonly identity: Identity;
  readonly connection: JsonObject;
  readonly access: Access;
  #place: Place;
  /** Whether it has begun to change traffic, or to put an end to something. */
  #acts = false;
  /** Key of the start that was looked at last. */
  #started: string | null = null;

  constructor(identity: Identity, place: Place) {
    this.identity = identity;
    this.#place = place;
    this.connection = lastingConnection(identity, place);
    this.access = vercelAccessTo(place);
  }

  observe: Provider['observe'] = (signal) => {
    this.#renew(this.#acts);
    return this.#shown(vercelObserve(this.#place, signal));
  };

  apply: Provider['apply'] = (operation, context) => {
    this.#acts ||= operation.kind !== 'start';
    this.#renew(this.#acts);
    this.#place.memory.sending(context.key);
    return this.#shown(apply(this.#place, operation, context));
  };

  verify: Provider['verify'] = (operation, context) => {
    // Whoever looks at a start once more waits for what is new.
    this.#renew(operation.kind !== 'start' || this.#started === context.key);
    this.#started = context.key;
    return this.#shown(verifyVercel(this.#place, operation, context));
  };

  review: NonNullable<Provider['review']> = (operations, before) =>
    reviewVercel(this.#place, operations, before);

  /**
   * Up to the first change of traffic, what was read to make the plan serves its first step as well; what
   * that change itself goes by was read a moment before it.
   */
  #renew(needed: boolean): void {
    if (needed) this.#place.calls.forget(A_MOMENT_MS);
  }

  /** It was described a moment ago, so it is there, or its files are. */
  noteDescribed({ id }: Release): void {
    this.#place.memory.described.add(id);
  }

  close: Provider['close'] = async () => {};

  async #shown<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw unseenProject(error, this.#place.project);
    }
  }
}

/** A project and its team may be renamed, and a rollback has to find them all the same. */
function lastingConnection(identity: Identity, { connection, project }: Place): JsonObject {
  const { team } = identity.place;
  const isTeam = typeof team === 'string' && team.startsWith('team_');
  return { ...connection, project: project.id, ...(isTeam ? { team } : {}) };
}
