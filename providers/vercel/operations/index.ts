import type {
  ApplyContext,
  Operation,
  OperationContext,
  Verification,
} from '../../../src/contract/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import { vercelCapabilitiesOf } from '../observation.ts';
import type { Place } from '../place.ts';
import { failed, type Handling } from './operation.ts';
import { promote } from './promote.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { start } from './start.ts';

function impossible<K extends 'scale' | 'replace'>(kind: K): Handling<K> {
  const why = ({ connection }: Place) => vercelCapabilitiesOf(connection).cannot[kind] ?? '';
  return {
    apply: async (place) => {
      throw new ProviderError('permanent', why(place));
    },
    verify: async (place) => failed(why(place)),
  };
}

const HANDLING: { readonly [K in Operation['kind']]: Handling<K> } = {
  start,
  scale: impossible('scale'),
  route,
  replace: impossible('replace'),
  promote,
  retire,
};

export function apply(place: Place, operation: Operation, context: ApplyContext): Promise<void> {
  return HANDLING[operation.kind].apply(place, operation as never, context);
}

export function verifyVercel(
  place: Place,
  operation: Operation,
  context: OperationContext,
): Promise<Verification> {
  return HANDLING[operation.kind].verify(place, operation as never, context);
}
