/** What the name of a listener says of where it is. */
export interface ListenerName {
  readonly region: string;
  readonly account: string;
  readonly loadBalancer: string;
  /** As metrics call it: `app/shop/50dc6c495c0c9188`. */
  readonly dimension: string;
}

export const LISTENER =
  /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener\/app\/[\w-]+\/\w+\/\w+$/;
export const RULE =
  /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener-rule\/app\/[\w-]+\/\w+\/\w+\/\w+$/;
export const GROUP = /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w-]+\/\w+$/;

export function readListener(arn: string): ListenerName {
  const [prefix, , , region = '', account = '', path = ''] = arn.split(':');
  const [, kind = '', name = '', id = ''] = path.split('/');
  const dimension = `${kind}/${name}/${id}`;
  const loadBalancer = `${prefix}:${arn.split(':')[1]}:elasticloadbalancing:${region}:${account}:loadbalancer/${dimension}`;
  return { region, account, loadBalancer, dimension };
}

/** `targetgroup/shop-blue/6d0ecf831eec9f09`, as metrics call it. */
export const groupDimension = (arn: string) => arn.split(':').at(-1) ?? arn;

/** `shop-blue`, as people call it. */
export const groupName = (arn: string) => groupDimension(arn).split('/')[1] ?? arn;
