import { expect, test } from 'vitest';
import { lambdaCompute } from '../../../../providers/aws-alb/compute/lambda/index.ts';
import type { JsonObject } from '../../../../src/contract/index.ts';
import { type AwsCall, awsServing } from './aws.ts';

const { signal } = new AbortController();
const at = {
  kind: 'lambda',
  region: 'eu-west-1',
  account: '123456789012',
  function: 'shop',
} as const;
const group =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/0123456789abcdef';
const spec = { compute: 'lambda', function: 'shop', version: '7' } as JsonObject;
const crew = {
  release: { id: 'v2-abc', version: 'v2', artifact: 'a2', spec },
  group,
  units: 1,
  kept: null,
};

const refused = (name: string, status = 400) => ({
  status,
  headers: { 'x-amzn-errortype': name },
  body: JSON.stringify({ message: name }),
});
const isPermission = ({ method, path }: AwsCall) => method === 'POST' && path.includes('/policy');

async function computeOf(answer: (call: AwsCall) => ReturnType<typeof refused> | null) {
  const { env, calls } = await awsServing((call) => answer(call) ?? { body: '{}' });
  return { compute: lambdaCompute({ at, env, profile: undefined }), calls };
}

test('a release is not started while the load balancer may not call it: all of its requests would fail', async () => {
  const { compute } = await computeOf((call) =>
    isPermission(call) ? refused('AccessDeniedException', 403) : null,
  );
  await expect(compute.start(crew, signal)).rejects.toMatchObject({ failure: 'denied' });
});

test('what was allowed before is allowed, and an alias that is there is not made again', async () => {
  const { compute, calls } = await computeOf((call) =>
    isPermission(call) ? refused('ResourceConflictException', 409) : null,
  );
  await compute.start(crew, signal);
  expect(calls.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test.each([
  ['that is being prepared', { State: 'Pending' }, { targets: [], failed: null }],
  [
    'that cannot be run',
    { State: 'Failed', StateReason: 'no such image' },
    { targets: [], failed: { reason: 'version 7 cannot be run: no such image' } },
  ],
  [
    'that is ready',
    { State: 'Active' },
    {
      targets: ['arn:aws:lambda:eu-west-1:123456789012:function:shop:deployctl-v2-abc'],
      failed: null,
    },
  ],
])('a version %s is registered only where it can answer', async (_, state, expected) => {
  const { compute } = await computeOf(() => ({
    status: 200,
    headers: { 'x-amzn-errortype': '' },
    body: JSON.stringify({ Version: '7', ...state }),
  }));
  expect(await compute.poll(crew, signal)).toMatchObject(expected);
});

test('a target that runs whatever code was brought last is nothing to deploy beside', async () => {
  const { compute } = await computeOf(() => null);
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:shop';
  expect(compute.foreign?.(arn)).toContain('without a version');
  expect(compute.foreign?.(`${arn}:$LATEST`)).toContain('without a version');
  expect(compute.foreign?.(`${arn}:7`)).toBeNull();
});
