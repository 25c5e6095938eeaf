import type { Access, Identity, Provider } from '../../src/contract/index.ts';
import { vercelAccessTo } from './access.ts';
import { vercelObserve } from './observation.ts';
import { apply, verifyVercel } from './operations/index.ts';
import type { Place } from './place.ts';
import { reviewVercel } from './review.ts';

/** A project of Vercel's: deployments that are staged, promoted, and gone back to. */
export class VercelProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  #place: Place;

  constructor(identity: Identity, place: Place) {
    this.identity = identity;
    this.#place = place;
    this.access = vercelAccessTo(place);
  }

  observe: Provider['observe'] = (signal) => vercelObserve(this.#place, signal);

  apply: Provider['apply'] = (operation, context) => apply(this.#place, operation, context);

  verify: Provider['verify'] = (operation, context) =>
    verifyVercel(this.#place, operation, context);

  review: NonNullable<Provider['review']> = (operations, before) =>
    reviewVercel(this.#place, operations, before);

  close: Provider['close'] = async () => {};
}
