import type { Before, Operation, Release, Review } from '../../src/contract/index.ts';
import type { Deployment, Service } from './objects.ts';
import { tryOut } from './operations/side.ts';
import { lackingFor } from './rights.ts';
import { type KubeGround, look, type Sight } from './sight.ts';

/** What stands in the way, found out before anything is written: rights, shapes, and what the server would refuse. */
export async function reviewed(
  operations: readonly Operation[],
  _before: Before,
  ground: KubeGround,
): Promise<Review> {
  const [sight, lacking] = await Promise.all([look(ground), lackingFor(operations, ground)]);
  const { namespace } = ground.connection;
  const refusals = [
    ...lacking.needed.map((right) => `you may not ${right} in the namespace ${namespace}`),
    ...shapesOf(sight, ground),
    ...matchesOf(operations, sight, ground),
    ...(lacking.needed.length === 0 ? await triedOut(operations, sight, ground) : []),
  ];
  const notes = [
    ...lacking.useful.map((right) => `you may not ${right}, so less can be seen or reached`),
    ...(sight.routing.notes ?? []),
    ...lagsOn(sight, ground),
    ...hintsOn(sight),
  ];
  return { refusals, notes };
}

/** A change of its traffic would wait for as long. */
const lagsOn = ({ routing }: Sight, { router }: KubeGround): readonly string[] =>
  routing.lag && !routing.denial ? [`${router.label}: ${routing.lag}`] : [];

function shapesOf(sight: Sight, { connection, router }: KubeGround): readonly string[] {
  const { home, service, distinction, routing } = sight;
  const { workload, namespace } = connection;
  if (!home) return [`there is no Deployment ${workload} in the namespace ${namespace}`];
  const { spec } = home.deployment;
  return [
    ...(spec.paused ? [`${workload} is paused: its pods would never be replaced`] : []),
    ...(spec.strategy?.type === 'Recreate'
      ? [`${workload} has the strategy Recreate: two versions of it may not run at a time`]
      : []),
    ...(service ? headless(service) : [`there is no Service ${connection.service}`]),
    ...(service && !distinction
      ? [
          `the Service ${connection.service} and the Deployment ${workload} select by no common label`,
        ]
      : []),
    ...(routing.problem ? [`${router.label}: ${routing.problem}`] : []),
    ...(routing.denial ? [`${router.label} is not served as it stands: ${routing.denial}`] : []),
    ...hostPorts(home.deployment),
  ];
}

/** What its router cannot tell apart, although it matches headers or cookies. */
const matchesOf = (
  operations: readonly Operation[],
  { routing }: Sight,
  { router }: KubeGround,
): readonly string[] => {
  const words = operations.flatMap((operation) => {
    if (operation.kind !== 'route' || !operation.match) return [];
    const refusal = router.refuses?.(operation.match, routing.fetched);
    return refusal ? [`${router.label}: ${refusal}`] : [];
  });
  return [...new Set(words)];
};

const headless = ({ metadata, spec }: Service) =>
  spec.clusterIP === 'None' || spec.type === 'ExternalName'
    ? [`the Service ${metadata.name} has no address of its own, so clients keep those of pods`]
    : [];

const hostPorts = ({ metadata, spec }: Deployment) =>
  JSON.stringify(spec.template.spec).includes('"hostPort"')
    ? [`${metadata.name} takes ports of its nodes, so no second version fits beside it`]
    : [];

/** The server checks everything, and keeps nothing. */
async function triedOut(
  operations: readonly Operation[],
  sight: Sight,
  ground: KubeGround,
): Promise<readonly string[]> {
  const releases = operations.flatMap((operation): Release[] =>
    operation.kind === 'start' ? [operation.release] : [],
  );
  const answers = await Promise.all(
    releases.map((release) => tryOut(release, sight, ground).then(() => null, worded)),
  );
  return answers.filter((one) => one !== null);
}

/** What is only on its way, or taken already, is no reason. */
function worded(error: { readonly failure?: string; readonly message: string }): string | null {
  return error.failure === 'permanent' ? `the cluster refuses it: ${error.message}` : null;
}

const DRAIN =
  'its pods get SIGTERM at the moment at which proxies are told: without a preStop pause or a drain of its own, requests fail';

function hintsOn({ home }: Sight): readonly string[] {
  const containers = home?.deployment.spec.template.spec.containers ?? [];
  const [first] = containers;
  if (!home || !first) return [];
  const { name } = home.deployment.metadata;
  return [
    ...(first.readinessProbe
      ? []
      : [`${name} has no readinessProbe: every pod that runs gets traffic`]),
    ...(containers.some(({ lifecycle }) => lifecycle) ? [] : [`${name}: ${DRAIN}`]),
  ];
}
