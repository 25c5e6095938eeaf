/** A function whose versions take turns in the two groups. */
export interface LambdaPlace {
  readonly kind: 'lambda';
  readonly region: string;
  readonly account: string;
  readonly function: string;
}

/** The name by which a release is found again: letters, digits, `-` and `_`, never a number alone. */
export const aliasOf = (release: string) =>
  `deployctl-${release.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;

export function functionArn(
  { region, account, function: name }: LambdaPlace,
  qualifier: string,
): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws';
  return `arn:${partition}:lambda:${region}:${account}:function:${name}:${qualifier}`;
}

/** What is registered without a version runs whatever code was brought last. */
export function isMoving(target: string): boolean {
  const [, , service, , , , , qualifier] = target.split(':');
  return service === 'lambda' && (qualifier === undefined || qualifier === '$LATEST');
}
