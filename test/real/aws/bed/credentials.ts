import { Refusal } from './refusal.ts';

/** Who calls: the key in the signature. Signatures themselves are not checked here. */
export interface Caller {
  readonly key: string;
  readonly service: string;
  readonly region: string;
}

const SCOPE = /Credential=([^/]+)\/[^/]+\/([^/]+)\/([^/]+)\//;

export function callerOf(authorization: string | undefined): Caller {
  const [, key, region, service] = SCOPE.exec(authorization ?? '') ?? [];
  if (!key || !region || !service)
    throw new Refusal('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  return { key, region, service };
}

/** Which keys have expired, and what a key may do where not all is allowed. */
export class Credentials {
  #expired = new Set<string>();
  #allowed = new Map<string, ReadonlySet<string>>();

  expire(key: string): void {
    this.#expired.add(key);
  }

  renew(key: string): void {
    this.#expired.delete(key);
  }

  /** `elasticloadbalancing:DescribeRules`, as a policy writes it. */
  allowOnly(key: string, actions: readonly string[]): void {
    this.#allowed.set(key, new Set(actions));
  }

  clear(): void {
    this.#expired.clear();
    this.#allowed.clear();
  }

  check({ key, service }: Caller, action: string, resource?: string): void {
    if (this.#expired.has(key))
      throw new Refusal(
        'ExpiredToken',
        'The security token included in the request is expired',
        403,
      );
    const wanted = `${service}:${action}`;
    const allowed = this.#allowed.get(key);
    if (!allowed || allowed.has(wanted)) return;
    throw new Refusal(
      'AccessDenied',
      `User: arn:aws:iam::123456789012:user/${key} is not authorized to perform: ${wanted}${resource ? ` on resource: ${resource}` : ''} because no identity-based policy allows the ${wanted} action`,
      403,
    );
  }
}
