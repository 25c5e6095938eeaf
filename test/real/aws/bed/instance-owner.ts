import { openQuery, type QueryForm, queryTextIn } from '../../../../src/clients/aws/query.ts';
import { type Bed, REGION } from './bed.ts';
import { form } from './function-owner.ts';
import { imageOf } from './instances.ts';
import type { Network } from './network.ts';

/** A launch template and two groups as their owner made them: the first runs a version, the other one nothing. */
export async function makeGroups(
  bed: Bed,
  { groups }: Network,
  { version, count = 2 }: { readonly version: string; readonly count?: number },
): Promise<void> {
  const made = await ownerQuery(bed, 'ec2')('CreateLaunchTemplate', {
    LaunchTemplateName: 'shop',
    'LaunchTemplateData.ImageId': imageOf(version),
    'LaunchTemplateData.InstanceType': 't3.micro',
  });
  const id = queryTextIn(made, 'launchTemplate', 'launchTemplateId');
  const subnets = await form(bed, 'ec2', { Action: 'DescribeSubnets', Version: '2016-11-15' });
  const subnet = /<subnetId>([^<]+)</.exec(subnets)?.[1] ?? '';
  for (const [index, name] of ['shop-blue', 'shop-green'].entries())
    await ownerQuery(bed, 'autoscaling')('CreateAutoScalingGroup', {
      AutoScalingGroupName: name,
      'LaunchTemplate.LaunchTemplateId': id,
      'LaunchTemplate.Version': '1',
      MinSize: index === 0 ? 1 : 0,
      MaxSize: 4,
      DesiredCapacity: index === 0 ? count : 0,
      'TargetGroupARNs.member.1': groups[index],
      VPCZoneIdentifier: subnet,
    });
}

/** Calls by the owner of the account. */
export function ownerQuery(bed: Bed, service: 'autoscaling' | 'ec2') {
  const env = {
    AWS_ENDPOINT_URL: bed.url,
    AWS_ACCESS_KEY_ID: 'OWNER',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  const door = openQuery(service, env, { region: REGION });
  return (action: string, fields: QueryForm) =>
    door.write((query, options) => query.send(action, fields, options));
}
