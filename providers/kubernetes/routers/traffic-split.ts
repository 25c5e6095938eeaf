import { ProviderError } from '../../../src/contract/index.ts';
import type { RouterKind } from './router.ts';

const REFUSAL =
  'a TrafficSplit of SMI is not supported, because SMI is no longer developed: use an HTTPRoute with the Service as its parent (router: { httpRoute: NAME }), which meshes serve in its place';

/** Known by name, so that whoever has one is told what to use. */
export const trafficSplitRouter: RouterKind = {
  kind: 'trafficSplit',
  object: 'a TrafficSplit',
  about:
    'Not supported: SMI is no longer developed. An HTTPRoute with the Service as its parent takes its place.',
  propagation: 0,
  rights: [],
  refusal: REFUSAL,
  open: () => {
    throw new ProviderError('permanent', REFUSAL);
  },
};
