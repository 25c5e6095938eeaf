import type { DeployError, Host, JsonObject, Store, Target } from '../../contract/index.ts';
import { type DeploymentState, lastPlan, readState } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';
import type { Composition, Workspace } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { notOnThisMachine } from './errors.ts';
import { openPlace } from './place.ts';
import { meantTarget, openScope, type Scope } from './scope.ts';

/** A target on this machine, with what its provider can do here besides deploying. */
export interface HostPlace {
  readonly composition: Composition;
  readonly workspace: Workspace;
  readonly target: Target;
  readonly store: Store;
  /** The newest deployment, where there is one that can be read. */
  readonly state: DeploymentState | null;
  /** Why it cannot be. */
  readonly damage: DeployError | null;
  readonly providerName: string;
  readonly connection: JsonObject;
  readonly host: Host;
}

/**
 * Opened from the record, or from the config where nothing is recorded yet. A journal that cannot be
 * read stands in nobody's way here: what should run on this machine the provider knows itself.
 */
export async function openHost(input: Input, lack: string): Promise<HostPlace> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const target = await meantTarget(input, composition, scope);
  const { state, damage } = await newest(input, scope, target);
  const plan =
    state?.plan ?? (damage && (await lastPlan({ store: scope.store, target: target.id })));
  // What the service writes may repeat the secrets it was given.
  const workspace = plan ? await scope.workspace.recall(plan) : scope.workspace;
  if (damage && !plan && !scope.here) throw damage;
  const { name, connection } = plan?.provider ?? (await configured(input, scope));
  const host = await workspace.host(name);
  if (!host) throw notOnThisMachine(name, lack);
  const { store } = scope;
  return {
    composition,
    workspace,
    target,
    store,
    state,
    damage,
    providerName: name,
    connection,
    host,
  };
}

async function newest({ io }: Input, { composition, store }: Scope, target: Target) {
  try {
    const state = await readState(reading(io, composition, store), target.id);
    return { state, damage: null };
  } catch (error) {
    const damage = error as DeployError;
    if (!['journal-damaged', 'store-failed'].includes(damage.code)) throw error;
    return { state: null, damage };
  }
}

/** For who goes on without the journal: what is wrong with it, and who knows more. */
export function warnOfDamage(input: Input, { damage, store }: HostPlace): void {
  if (!damage) return;
  const doctor = typedAgain(input, `deployctl doctor --store ${store.url}`);
  input.io.stderr.write(
    `warning: ${damage.message} The command uses what the provider itself knows.\n` +
      `What is wrong says: ${doctor}\n`,
  );
}

async function configured(input: Input, { composition, here }: Scope) {
  if (!here) throw new Error('a target that is not recorded comes from a config');
  const { providerName: name, connection } = await openPlace(input, composition, here);
  return { name, connection };
}
