import { groupName } from './arn.ts';
import type { Compute } from './compute/compute.ts';
import { type Connection, placeOf } from './connection.ts';
import { forwardIn, weightsIn } from './forward.ts';
import { goneWords } from './gone-resources.ts';
import { standing } from './health.ts';
import type { Marks } from './marks.ts';
import { type AlbReading, nameOf } from './reading.ts';

/** Tags by which other programs say that something is theirs. */
const OWNERS: readonly [tag: RegExp, told: (value: string) => string][] = [
  [
    /^elbv2\.k8s\.aws\/cluster$/,
    (value) => `the AWS Load Balancer Controller of the cluster ${value}`,
  ],
  [
    /^(ingress|service|gateway)\.k8s\.aws\//,
    (value) => `the AWS Load Balancer Controller (${value})`,
  ],
  [/^kubernetes\.io\/cluster\//, () => 'a Kubernetes cluster'],
  [/^elasticbeanstalk:/, (value) => `Elastic Beanstalk (${value})`],
];

/** Who else changes what we would change, in words that follow a colon; null where nobody does. */
export function ownerOf(
  reading: AlbReading,
  at: Connection,
  { foreign }: Pick<Compute, 'foreign'>,
): string | null {
  const tagged = [placeOf(at), at.blue, at.green]
    .map((arn) => ownerIn(reading.marks[arn] ?? {}, arn))
    .find((owner) => owner !== null);
  const kept = [reading.blue, reading.green].map((group) => group.kept?.owner ?? null);
  const serving = [reading.blue, reading.green].flatMap(({ targets }) =>
    standing(targets).map((target) => foreign?.(nameOf(target)) ?? null),
  );
  return (
    tagged ?? [...kept, ...serving].find((owner) => owner !== null) ?? strangeAction(reading, at)
  );
}

function ownerIn(marks: Marks, arn: string): string | null {
  for (const [name, value] of Object.entries(marks))
    for (const [tag, told] of OWNERS)
      if (tag.test(name)) return `${told(value)} manages ${arn.split(':').at(-1)} (tag ${name})`;
  return null;
}

function strangeAction(reading: AlbReading, at: Connection): string | null {
  const { main, gone } = reading;
  if (gone.length > 0) return goneWords(reading, at);
  if (!forwardIn(main)) return 'its action does not forward to target groups';
  const strange = weightsIn(main).find(
    ({ group, weight }) => weight > 0 && group !== at.blue && group !== at.green,
  );
  return strange
    ? `the target group ${groupName(strange.group)}, which the config does not name, has weight ${strange.weight} in it`
    : null;
}
