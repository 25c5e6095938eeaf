import type { Store, Target } from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listTargets,
  type Past,
  readPast,
  readState,
  type WhereRecorded,
  whereRecorded,
} from '../../engine/index.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition, Opened, Workspace } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { type Whereabouts, whereabouts } from './config-summary.ts';
import { neverDeployed, noSuchService, severalServices } from './errors.ts';
import { openStore } from './open-store.ts';
import { openPlace } from './place.ts';
import { expectKnownVia } from './via.ts';

/** The store and the target that a command is about, before either is asked anything. */
export interface Scope {
  readonly composition: Composition;
  readonly store: Store;
  /** What the config here says; null without one, or when --service or an id says it instead. */
  readonly here: Opened<Whereabouts> | null;
  readonly workspace: Workspace;
}

/** A deployment that is named by its id needs no config, so a broken one does not stand in its way. */
export async function openScope(input: Input, composition: Composition): Promise<Scope> {
  const { io, options, args } = input;
  const isNamed = textOption(options, 'service') !== undefined || args[0] !== undefined;
  if (isNamed && textOption(options, 'store') !== undefined)
    return {
      composition,
      store: await openStore(input, composition, null),
      here: null,
      workspace: composition.bare,
    };
  const here = await whereabouts(input, composition).catch((error: unknown) => {
    if (!isNamed || textOption(options, 'config') !== undefined) throw error;
    io.stderr.write('warning: the config here cannot be read, so its store is not known.\n');
    return null;
  });
  const store = await openStore(input, composition, here);
  const { workspace } = here ?? { workspace: composition.bare };
  const isMeant = textOption(options, 'service') === undefined;
  return { composition, store, here: isMeant ? here : null, workspace };
}

/** The deployment that is meant: by id, or the newest of the service that is meant. */
export async function meantDeployment(
  input: Input,
  composition: Composition,
  scope: Scope,
): Promise<DeploymentState> {
  const [reference] = input.args;
  if (reference !== undefined) return deploymentNamed(input, scope);
  const target = await meantTarget(input, composition, scope);
  const state = await readState(reading(input.io, composition, scope.store), target.id);
  if (state) return state;
  throw neverDeployed(input, target, scope.store);
}

/** A deployment and the log that ends with it. */
interface NewestNamed {
  readonly meant: DeploymentState;
  readonly past: Past;
}

/** The one that is named, by one look at its log, where it is the newest of it; null where that takes more. */
export async function newestNamed(
  input: Input,
  { composition, store, workspace }: Scope,
  /** Told where it is, before its log is read. */
  located: (found: WhereRecorded) => void = () => {},
): Promise<NewestNamed | null> {
  const [reference] = input.args;
  if (reference === undefined) return null;
  const found = await whereRecorded(store, reference).catch(() => null);
  if (!found) return null;
  located(found);
  const place = reading(input.io, composition, store);
  const past = await readPast(place, found.target, found.from).catch(() => null);
  if (past?.state?.id !== found.id) return null;
  const providers = [past.state.plan.provider.name];
  await expectKnownVia(input, workspace, { providers, store: store.url });
  return { meant: past.state, past };
}

/** Whatever it is looked up for, its provider is what takes `--via`. */
export async function deploymentNamed(
  input: Input,
  { store, workspace }: Pick<Scope, 'store' | 'workspace'>,
): Promise<DeploymentState> {
  const found = await findDeployment(store, input.args[0] ?? '');
  const providers = [found.plan.provider.name];
  await expectKnownVia(input, workspace, { providers, store: store.url });
  return found;
}

/** By --service, or the config here, or the only one there is. */
export async function meantTarget(
  input: Input,
  composition: Composition,
  { store, here, workspace }: Scope,
): Promise<Target> {
  if (here) {
    const { provider, target } = await openPlace(input, composition, here);
    await provider.close();
    return target;
  }
  const targets = await listTargets(store);
  const fitting = targets.filter((target) => fits(input, target));
  const [only] = fitting;
  if (only && fitting.length === 1) {
    const providers = [only.identity.provider];
    await expectKnownVia(input, workspace, { providers, store: store.url });
    return only;
  }
  throw fitting.length > 1 ? severalServices(input, fitting) : noSuchService(input, targets, store);
}

/** The id of a target tells it from another place of the same service. */
function fits({ options }: Input, { id, service, environment }: Target): boolean {
  const [wanted, overlay] = [textOption(options, 'service'), textOption(options, 'env')];
  return (!wanted || service === wanted || id === wanted) && (!overlay || environment === overlay);
}
