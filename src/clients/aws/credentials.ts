import { type AwsAccess, type AwsKeys, sdkConfig } from './access.ts';

/**
 * Keys as AWS's own programs find them: variables, profile, web identity, instance role. Read anew
 * whenever they are about to expire, so that whoever signs asks for each request.
 */
export function openKeys(access: AwsAccess): () => Promise<AwsKeys> {
  const given = access.credentials;
  if (given) return async () => given;
  let found: Promise<() => Promise<AwsKeys>> | null = null;
  return async () => {
    found ??= keysBySdk(access);
    return (await found)();
  };
}

async function keysBySdk(access: AwsAccess): Promise<() => Promise<AwsKeys>> {
  const { ElasticLoadBalancingV2 } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const { config } = new ElasticLoadBalancingV2(sdkConfig(access));
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  };
}
