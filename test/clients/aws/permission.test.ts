import { expect, test } from 'vitest';
import { providerError } from '../../../src/clients/aws/failure.ts';

const told = (message: string, name = 'AccessDeniedException') =>
  providerError(
    Object.assign(new Error(message), {
      name,
      $metadata: { httpStatusCode: 403, requestId: '1-2-3' },
    }),
    'write',
  );

const WHO = 'arn:aws:sts::123456789012:assumed-role/deploy/ci';

test.each([
  [
    `User: ${WHO} is not authorized to perform: elasticloadbalancing:ModifyListener on resource: arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/1/2 because no identity-based policy allows the elasticloadbalancing:ModifyListener action`,
    `${WHO} lacks the permission elasticloadbalancing:ModifyListener on arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/1/2 (no identity-based policy allows it)`,
  ],
  [
    `User: ${WHO} is not authorized to perform: lambda:PublishVersion on resource: arn:aws:lambda:eu-central-1:123456789012:function:shop with an explicit deny in a service control policy`,
    'the permission lambda:PublishVersion on arn:aws:lambda:eu-central-1:123456789012:function:shop is taken from ' +
      `${WHO} by an explicit deny in a service control policy`,
  ],
  [
    `User: ${WHO} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::journals/shop/log/1" because no session policy allows the s3:PutObject action`,
    `${WHO} lacks the permission s3:PutObject on arn:aws:s3:::journals/shop/log/1 (no session policy allows it)`,
  ],
  [
    `You are not authorized to perform this operation. User: ${WHO} is not authorized to perform: ec2:CreateLaunchTemplateVersion on resource: arn:aws:ec2:eu-central-1:123456789012:launch-template/lt-0abc because no identity-based policy allows the ec2:CreateLaunchTemplateVersion action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm`,
    `${WHO} lacks the permission ec2:CreateLaunchTemplateVersion on arn:aws:ec2:eu-central-1:123456789012:launch-template/lt-0abc (no identity-based policy allows it)`,
  ],
  [
    `User: ${WHO} is not authorized to perform: ecs:DescribeServices`,
    `${WHO} lacks the permission ecs:DescribeServices`,
  ],
  ['Access Denied', 'Access Denied'],
])('a right that is missing is named with what it is about: %s', (message, words) => {
  const error = told(message);
  expect(error.failure).toBe('denied');
  expect(error.message).toBe(`AWS answers AccessDenied: ${words} (request 1-2-3)`);
});
