import type {
  ApplyContext,
  Operation,
  OperationContext,
  Verification,
} from '../../../src/contract/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import { capabilitiesOf } from '../observation.ts';
import type { Place } from '../place.ts';
import { DONE, type Handling } from './operation.ts';
import { promote } from './promote.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { start } from './start.ts';

/** Capacity is Vercel's own affair: it follows the traffic. */
const scale: Handling<'scale'> = {
  apply: async () => {},
  verify: async () => DONE,
};

const replace: Handling<'replace'> = {
  apply: async ({ connection }) => {
    throw new ProviderError('permanent', capabilitiesOf(connection).cannot.replace ?? '');
  },
  verify: async ({ connection }) => ({
    state: 'failed',
    reason: capabilitiesOf(connection).cannot.replace ?? '',
  }),
};

const HANDLING: { readonly [K in Operation['kind']]: Handling<K> } = {
  start,
  scale,
  route,
  replace,
  promote,
  retire,
};

export function apply(place: Place, operation: Operation, context: ApplyContext): Promise<void> {
  return HANDLING[operation.kind].apply(place, operation as never, context);
}

export function verify(
  place: Place,
  operation: Operation,
  context: OperationContext,
): Promise<Verification> {
  return HANDLING[operation.kind].verify(place, operation as never, context);
}
