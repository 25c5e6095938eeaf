import type { ApplyContext, OpenMeans, OperationContext } from '../../src/contract/index.ts';
import { Secret } from '../../src/contract/index.ts';

/** What a provider is told of the deployment that an operation belongs to. */
export function asking(key: string, over: Partial<OperationContext> = {}): OperationContext {
  return {
    key,
    deployment: 'd1',
    target: 'shop-1',
    direction: 'forward',
    before: { live: null, split: null, units: 0 },
    signal: new AbortController().signal,
    ...over,
  };
}

export function sending(key: string, over: Partial<ApplyContext> = {}): ApplyContext {
  return { ...asking(key, over), fence: 1, ...over };
}

/** Opened with no more than this environment. */
export function meansOf(env: OpenMeans['env'] = {}): OpenMeans {
  return { env, readSecret: async () => new Secret(''), via: {} };
}
