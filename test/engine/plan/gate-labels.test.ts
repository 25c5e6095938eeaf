import { expect, test } from 'vitest';
import { isDeployError } from '../../../src/contract/index.ts';
import { createTestWorld, planOf, probeGate, type TestWorld } from '../../helpers/world.ts';
import { servingWorld } from '../stage.ts';

const bake = { kind: 'bake', duration: 1000, extension: 0, watch: ['probe'] } as const;

const asking = (world: TestWorld, ...labels: string[]) =>
  planOf(world, [bake], { gates: { probe: { ...probeGate, labels } } });

const refusal = (plan: Promise<unknown>) =>
  plan.then(
    () => null,
    (error: unknown) => (isDeployError(error) ? error : Promise.reject(error)),
  );

test('a question by a name that this platform fills for no release is refused, with what there is', async () => {
  const error = await refusal(asking(servingWorld(), 'version', 'podTemplateHash'));
  expect(error?.code).toBe('plan-refused');
  expect(error?.message).toContain('{{podTemplateHash}}');
  expect(error?.why).toBe('It provides release, service, version.');
});

test('names of the service, of a release and those that every release has are fine', async () => {
  await asking(servingWorld(), 'service', 'release', 'version');
});

test('where nothing runs yet only a name that no platform fills is refused', async () => {
  await asking(createTestWorld(), 'podTemplateHash');
  const error = await refusal(asking(createTestWorld(), 'podTemplateHsah'));
  expect(error?.message).toContain('{{podTemplateHsah}}');
});

test('a gate that no step asks refuses nothing', async () => {
  const gates = { probe: probeGate, other: { ...probeGate, labels: ['targetGroup'] } };
  await planOf(servingWorld(), [bake], { gates });
});
