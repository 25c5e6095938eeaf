import type { Access, Identity, Provider } from '../../src/contract/index.ts';
import { accessTo } from './access.ts';
import { observe } from './observation.ts';
import { apply, verify } from './operations/index.ts';
import type { Place } from './place.ts';
import { review } from './review.ts';

/** A project of Vercel's: deployments that are staged, promoted, and gone back to. */
export class VercelProvider implements Provider {
  readonly identity: Identity;
  readonly access: Access;
  #place: Place;

  constructor(identity: Identity, place: Place) {
    this.identity = identity;
    this.#place = place;
    this.access = accessTo(place);
  }

  observe: Provider['observe'] = (signal) => observe(this.#place, signal);

  apply: Provider['apply'] = (operation, context) => apply(this.#place, operation, context);

  verify: Provider['verify'] = (operation, context) => verify(this.#place, operation, context);

  review: NonNullable<Provider['review']> = (operations, before) =>
    review(this.#place, operations, before);

  close: Provider['close'] = async () => {};
}
