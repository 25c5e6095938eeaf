import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { placeOf } from './connection.ts';
import type { Desk } from './desk.ts';
import { type Weighed, withWeights } from './forward.ts';
import { type Marks, tagsOf } from './marks.ts';

/** So many targets are registered in one call. */
const TARGETS_IN_A_CALL = 100;

/** The default action is changed with its listener, every other rule by itself; all actions go back. */
export async function setWeights(
  { calls, at, signal }: Desk,
  main: Rule,
  weights: readonly Weighed[],
): Promise<void> {
  const actions = withWeights(main, weights);
  if (main.IsDefault)
    await calls.write(
      (sdk, options) =>
        sdk.modifyListener({ ListenerArn: at.listener, DefaultActions: actions }, options),
      signal,
    );
  else
    await calls.write(
      (sdk, options) => sdk.modifyRule({ RuleArn: main.RuleArn, Actions: actions }, options),
      signal,
    );
}

export async function mark({ calls, signal }: Desk, arn: string, marks: Marks): Promise<void> {
  await calls.write(
    (sdk, options) => sdk.addTags({ ResourceArns: [arn], Tags: tagsOf(marks) }, options),
    signal,
  );
}

export const markPlace = (desk: Desk, marks: Marks) => mark(desk, placeOf(desk.at), marks);

export async function unmark(
  { calls, signal }: Desk,
  arn: string,
  names: readonly string[],
): Promise<void> {
  await calls.write(
    (sdk, options) => sdk.removeTags({ ResourceArns: [arn], TagKeys: [...names] }, options),
    signal,
  );
}

/** Targets as `10.0.1.7:8080`, or as ARNs of functions. */
export async function register(
  { calls, signal }: Desk,
  TargetGroupArn: string,
  targets: readonly string[],
): Promise<void> {
  for (const Targets of batches(targets))
    await calls.write(
      (sdk, options) => sdk.registerTargets({ TargetGroupArn, Targets }, options),
      signal,
    );
}

export async function deregister(
  { calls, signal }: Desk,
  TargetGroupArn: string,
  targets: readonly string[],
): Promise<void> {
  for (const Targets of batches(targets))
    await calls.write(
      (sdk, options) => sdk.deregisterTargets({ TargetGroupArn, Targets }, options),
      signal,
    );
}

function batches(targets: readonly string[]) {
  const all = targets.map((target) => {
    if (target.startsWith('arn:')) return { Id: target };
    const at = target.lastIndexOf(':');
    return { Id: target.slice(0, at), Port: Number(target.slice(at + 1)) };
  });
  return Array.from({ length: Math.ceil(all.length / TARGETS_IN_A_CALL) }, (_, index) =>
    all.slice(index * TARGETS_IN_A_CALL, (index + 1) * TARGETS_IN_A_CALL),
  );
}
