import { DeployError, type JsonObject, type Store, type Target } from '../contract/index.ts';
import { type DeploymentState, readState } from '../engine/index.ts';
import type { Input } from './command.ts';
import type { Composition, LocalOperations } from './composition.ts';
import { reading } from './run-world.ts';
import { meantTarget, openPlace, openScope } from './target.ts';

/** A target on this machine, with what its provider can do besides deploying. */
export interface LocalPlace {
  readonly composition: Composition;
  readonly target: Target;
  readonly store: Store;
  /** The newest deployment, where there is one. */
  readonly state: DeploymentState | null;
  readonly providerName: string;
  readonly connection: JsonObject;
  readonly operations: LocalOperations;
}

/** Opened from the record, or from the config where nothing is recorded yet. */
export async function openLocal(input: Input, lack: string): Promise<LocalPlace> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const target = await meantTarget(input, composition, scope);
  const state = await readState(reading(input.io, composition, scope.store), target.id);
  // What the service writes may repeat the secrets it was given.
  if (state) await composition.recall(state.plan);
  const { name, connection } =
    state?.plan.provider ?? (await configured(input, composition, scope));
  const operations = await composition.localOperations(name);
  if (!operations) throw notHere(name, lack);
  const { store } = scope;
  return { composition, target, store, state, providerName: name, connection, operations };
}

async function configured(
  input: Input,
  composition: Composition,
  { here }: Awaited<ReturnType<typeof openScope>>,
) {
  if (!here) throw new Error('a target that is not recorded comes from a config');
  const { providerName: name, connection } = await openPlace(input, composition, here);
  return { name, connection };
}

function notHere(provider: string, lack: string): DeployError {
  return new DeployError('usage', {
    message: `The provider ${provider} ${lack}.`,
    why: 'Its platform has commands of its own for that.',
    state: 'Nothing was touched.',
    next: ['deployctl status'],
  });
}
