import type { Observation, Plan, Store, Target } from '../../contract/index.ts';
import { type DeploymentState, listTargets, readState } from '../../engine/index.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import { openRecorded } from '../target/place.ts';
import { meantTarget } from '../target/scope.ts';
import { titleOf } from '../target/title.ts';
import type { DoctorCheck } from './checkup.ts';
import { failedCheck, providerCheck, serviceChecks } from './place-check.ts';

/** Deployments that nobody carries on: of all targets of the journal, since each holds its own. */
export async function* unfinishedChecks(
  input: Input,
  composition: Composition,
  store: Store,
): AsyncGenerator<DoctorCheck> {
  const world = reading(input.io, composition, store);
  for (const { id } of await listTargets(store).catch(() => [])) {
    // What cannot be read is told by the check of its records.
    const state = await readState(world, id).catch(() => null);
    if (!state || state.ended) continue;
    const isGone = composition.machine.provenDead(state.holder);
    if (state.stopped || isGone) yield unfinishedCheck(state, isGone);
  }
}

/** A person may have stopped it on purpose; a process that is gone nobody wanted. */
function unfinishedCheck({ id, plan, stopped }: DeploymentState, isGone: boolean): DoctorCheck {
  const why = stopped?.reason ?? 'its process is gone';
  return {
    name: `deployment ${id}`,
    ok: stopped !== null || !isGone,
    found: `${plan.release.version} to ${plan.target.service} is unfinished: ${why}`,
    advice: `deployctl resume ${id}, or deployctl rollback ${id}`,
  };
}

/** The service that `--service` names, or all of the journal, by what is recorded of them. */
export async function* recordedChecks(
  input: Input,
  composition: Composition,
  store: Store,
): AsyncGenerator<DoctorCheck> {
  const targets = await listTargets(store).catch(() => []);
  if (textOption(input.options, 'service') === undefined) {
    for (const target of targets)
      for await (const check of recordedCheck(input, composition, { store, target }))
        yield targets.length === 1
          ? check
          : { ...check, name: `${check.name} of ${titleOf(target)}` };
    return;
  }
  try {
    const scope = { composition, store, here: null, workspace: composition.bare };
    const target = await meantTarget(input, composition, scope);
    yield* recordedCheck(input, composition, { store, target });
  } catch (error) {
    yield failedCheck('provider', error);
  }
}

/** As its platform and its users see it. */
async function* recordedCheck(
  input: Input,
  composition: Composition,
  { store, target }: { readonly store: Store; readonly target: Target },
): AsyncGenerator<DoctorCheck> {
  let seen: Observation;
  let plan: Plan;
  const workspace = composition.bare;
  try {
    const state = await readState(reading(input.io, composition, store), target.id);
    if (!state) return;
    plan = state.plan;
    const { provider } = await openRecorded(input, composition, { workspace, plan });
    seen = await provider.observe().finally(() => provider.close());
    yield providerCheck(target.identity.label, seen);
  } catch (error) {
    return yield failedCheck('provider', error);
  }
  const { name, connection } = plan.provider;
  const host = await workspace.host(name);
  const live = seen.releases.find(({ id }) => id === seen.live)?.release;
  const settings = live?.spec;
  yield* serviceChecks(input, seen, host && settings ? { host, connection, settings } : null);
}
