import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsAccess, sdkConfig } from './access.ts';
import { Caller } from './caller.ts';

export interface LoadBalancing {
  readonly calls: Caller<ElasticLoadBalancingV2>;
  close(): void;
}

/** The door to load balancers; the library behind it is loaded when it is first opened. */
export async function openLoadBalancing(access: AwsAccess): Promise<LoadBalancing> {
  const { ElasticLoadBalancingV2 } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const sdk = new ElasticLoadBalancingV2(sdkConfig(access));
  return { calls: new Caller(sdk), close: () => sdk.destroy() };
}
