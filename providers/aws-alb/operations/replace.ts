import { ProviderError, type Replace } from '../../../src/contract/index.ts';
import type { Deed } from './operation.ts';

const REFUSED = 'targets are not replaced one by one yet: use blue-green or canary';

export const replace: Deed<Replace> = {
  apply: async () => {
    throw new ProviderError('permanent', REFUSED);
  },
  verify: async () => ({ state: 'failed', reason: REFUSED }),
};
