import { expect, test } from 'vitest';
import { givenTargets } from '../../../../providers/aws-alb/compute/targets.ts';
import { settingsSchema } from '../../../../providers/aws-alb/settings.ts';

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const settings = (targets: string) =>
  settingsSchema.parse({
    listener: `${ACCOUNT}:listener/app/shop/3/4`,
    groups: { blue: `${ACCOUNT}:targetgroup/b/1`, green: `${ACCOUNT}:targetgroup/g/2` },
    targets,
  });
const nobody = async () => null;

test('a config that names no target says where it is, and makes no release', async () => {
  await expect(givenTargets.describe(settings(''), nobody)).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('targets names no target'),
  });
  expect(await givenTargets.describe(settings('10.0.1.7:80, 10.0.2.7:80'), nobody)).toMatchObject({
    targets: ['10.0.1.7:80', '10.0.2.7:80'],
  });
});
