import { type JsonObject, ProviderError, type Release } from '../../../../src/contract/index.ts';
import type { EcsSpec } from '../spec.ts';
import type { EcsCalls } from './service.ts';

/** A tag of each revision that was made for a release, by which it is found again. */
const RELEASE_TAG = 'deployctl:release';
/** So many of the newest revisions are looked at before one is made anew. */
const NEWEST = 10;

export interface TaskDefinition extends JsonObject {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly containerDefinitions: readonly (JsonObject & {
    readonly name: string;
    readonly image: string;
    readonly logConfiguration?: {
      readonly logDriver: string;
      readonly options: Readonly<Record<string, string>>;
    };
  })[];
}

interface EcsTag {
  readonly key: string;
  readonly value: string;
}

interface DescribedDefinition {
  readonly taskDefinition: TaskDefinition;
  readonly tags?: readonly EcsTag[];
}

export function readDefinition(
  calls: EcsCalls,
  taskDefinition: string,
  signal?: AbortSignal,
): Promise<DescribedDefinition> {
  const asked = { taskDefinition, include: ['TAGS'] };
  return calls.read((ecs, options) => ecs.send('DescribeTaskDefinition', asked, options), signal);
}

export function containerIn(definition: TaskDefinition, name: string) {
  const found = definition.containerDefinitions.find((container) => container.name === name);
  if (found) return found;
  const names = definition.containerDefinitions.map((container) => container.name).join(', ');
  throw new ProviderError(
    'permanent',
    `the task definition ${shortName(definition.taskDefinitionArn)} has no container ${name}, only ${names}`,
  );
}

/** `shop:7` */
export const shortName = (arn: string) => arn.split('/').at(-1) ?? arn;

export interface RevisionAsked {
  readonly release: Release;
  readonly spec: EcsSpec;
  /** What the service runs now. */
  readonly current: string;
  readonly container: string;
}

/** The revision of a release: the one it names, the one made for it before, or a new one of the image. */
export async function revisionFor(
  calls: EcsCalls,
  { release, spec, current, container }: RevisionAsked,
  signal: AbortSignal,
): Promise<string> {
  if (spec.taskDefinition) return spec.taskDefinition;
  const base = await readDefinition(calls, spec.from ?? current, signal);
  const { family } = base.taskDefinition;
  const isOurs = async (arn: string) => {
    const { tags = [] } = await readDefinition(calls, arn, signal);
    return tags.some(({ key, value }) => key === RELEASE_TAG && value === release.id);
  };
  if (current !== spec.from && (await isOurs(current))) return current;
  const { taskDefinitionArns } = await calls.read(
    (ecs, options) =>
      ecs.send<{ taskDefinitionArns: readonly string[] }>(
        'ListTaskDefinitions',
        { familyPrefix: family, sort: 'DESC', maxResults: NEWEST },
        options,
      ),
    signal,
  );
  for (const arn of taskDefinitionArns.slice(0, NEWEST))
    if (arn !== current && arn !== spec.from && (await isOurs(arn))) return arn;
  const made = await calls.write(
    (ecs, options) =>
      ecs.send<DescribedDefinition>(
        'RegisterTaskDefinition',
        revised(base, { image: spec.image, container, release }),
        options,
      ),
    signal,
  );
  return made.taskDefinition.taskDefinitionArn;
}

/** What AWS tells of a revision and does not take back. */
const TOLD = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
];

/** The live revision with the image of the release: nothing else differs. */
function revised(
  { taskDefinition, tags = [] }: DescribedDefinition,
  {
    image,
    container,
    release,
  }: Pick<RevisionAsked, 'container' | 'release'> & { image: string | undefined },
) {
  containerIn(taskDefinition, container);
  const kept = Object.entries(taskDefinition).filter(([name]) => !TOLD.includes(name));
  const own = tags.filter(({ key }) => key !== RELEASE_TAG && !key.startsWith('aws:'));
  return {
    ...Object.fromEntries(kept),
    containerDefinitions: taskDefinition.containerDefinitions.map((each) =>
      each.name === container ? { ...each, image } : each,
    ),
    tags: [...own, { key: RELEASE_TAG, value: release.id }],
  };
}
