import { z } from 'zod';
import { command } from '../../src/settings/command.ts';
import { duration, flag, form, text, whole } from '../../src/settings/scalars.ts';
import { GROUP, LISTENER, RULE } from './arn.ts';

const arn = (pattern: RegExp, what: string) => form(pattern, `the ARN of ${what}`);

/** `10.0.1.7:8080`, `i-0abc1234:8080`. */
const target = () =>
  form(
    /^[A-Za-z0-9][A-Za-z0-9.:_-]*:\d{1,5}$/,
    'an address or instance and its port, such as 10.0.1.7:8080 or i-0abc12345678def90:8080',
  );

const commandSettings = z
  .strictObject({
    run: command().describe(
      'The program and its arguments, run without a shell in the folder of the config. The word start, poll or stop is added; DEPLOYCTL_RELEASE, DEPLOYCTL_VERSION, DEPLOYCTL_UNITS and DEPLOYCTL_GROUP say what it is about. Each call has ten seconds.',
    ),
    units: whole(1, 1_000).default(2).describe('How many units carry all of the traffic.'),
  })
  .describe(
    'A program of yours that brings a release up: start begins, poll prints one line such as {"targets": ["10.0.1.7:8080"], "progress": "booting"} (or "failed": why), stop ends it after its targets have drained.',
  );

const awsName = (what: string) => form(/^[A-Za-z0-9_-]{1,255}$/, `the name of ${what}`);

const ecsSettings = z
  .strictObject({
    cluster: awsName('a cluster').describe('The cluster of both services.'),
    services: z
      .strictObject({
        blue: awsName('a service').describe('The service that is registered in the group blue.'),
        green: awsName('a service').describe('The one that is registered in the group green.'),
      })
      .describe('Two services with the deployment controller ECS, which take turns.'),
    container: text().describe('The container whose image a release is.'),
    image: text()
      .optional()
      .describe(
        'The image of this release, best by its digest: the live revision of the task definition is taken with this image.',
      ),
    taskDefinition: text()
      .optional()
      .describe(
        'Instead of an image: a revision that is there already, as family:7 or by its ARN.',
      ),
    units: whole(1, 5_000)
      .default(1)
      .describe(
        'How many tasks the very first release has; afterwards it is as many as the live service wants at the moment.',
      ),
  })
  .refine(({ image, taskDefinition }) => (image === undefined) !== (taskDefinition === undefined), {
    error: 'either an image or a taskDefinition',
  })
  .describe('Tasks of ECS in two services that take turns.');

const asgName = () => form(/^[^\s:/]{1,255}$/, 'the name of an Auto Scaling group');

const asgSettings = z
  .strictObject({
    groups: z
      .strictObject({
        blue: asgName().describe('The one that is attached to the group blue.'),
        green: asgName().describe('The one that is attached to the group green.'),
      })
      .describe('Two Auto Scaling groups with a launch template, which take turns.'),
    image: form(/^ami-[0-9a-f]{8,17}$/, 'the id of an image, such as ami-0abc12345678def90')
      .optional()
      .describe(
        'The image of this release: the live version of the launch template is taken with this image.',
      ),
    templateVersion: form(/^\d{1,10}$/, 'the number of a version, in quotes')
      .optional()
      .describe('Instead of an image: a version of the launch template that is there already.'),
    units: whole(1, 1_000)
      .default(1)
      .describe(
        'How many instances the very first release has; afterwards it is as many as the live group wants at the moment.',
      ),
  })
  .refine(
    ({ image, templateVersion }) => (image === undefined) !== (templateVersion === undefined),
    {
      error: 'either an image or a templateVersion',
    },
  )
  .describe('Instances of EC2 in two Auto Scaling groups that take turns.');

const lambdaSettings = z
  .strictObject({
    function: awsName('a function').describe('The function whose versions take turns.'),
    image: text().optional().describe('The container image that this release is published from.'),
    code: z
      .strictObject({
        bucket: text().describe('The bucket with the archive.'),
        key: text().describe('The name of the archive in it, another one for each release.'),
      })
      .optional()
      .describe('Instead of an image: a ZIP archive in a bucket.'),
    version: form(/^\d{1,10}$/, 'the number of a version, in quotes')
      .optional()
      .describe('Instead of both: a version that is published already.'),
  })
  .refine(({ image, code, version }) => [image, code, version].filter(Boolean).length === 1, {
    error: 'exactly one of image, code and version',
  })
  .describe(
    'Versions of a Lambda function: each release is published, gets an alias of its own, and is the one target of its group.',
  );

/** What brings a release up: exactly one of these. */
const COMPUTES = ['targets', 'command', 'ecs', 'asg', 'lambda'] as const;
const ONE_COMPUTE = `exactly one of ${COMPUTES.join(', ')}: what brings a release up`;

/** The `aws-alb` section of a config. */
export const settingsSchema = z
  .strictObject({
    listener: arn(LISTENER, 'a listener of an application load balancer').describe(
      'The listener whose traffic is moved; account and region are read from it.',
    ),
    rule: arn(RULE, 'a listener rule')
      .nullable()
      .default(null)
      .describe(
        'The rule of that listener which serves the service; its default action where none is given.',
      ),
    groups: z
      .strictObject({
        blue: arn(GROUP, 'a target group').describe('One of the two groups that take turns.'),
        green: arn(GROUP, 'a target group').describe('The other one.'),
      })
      .refine(({ blue, green }) => blue !== green, { error: 'two different target groups' })
      .describe(
        'The two target groups that releases take turns in. Other groups are never touched.',
      ),
    targets: z
      .preprocess(
        (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : value),
        z.array(target()),
      )
      .meta({ also: { type: 'string' } })
      .optional()
      .describe(
        'Where this release runs: addresses or instances that are up already, with their ports. Short, for --set and variables: one text with spaces between them. Only a plan and a deployment need any.',
      ),
    command: commandSettings.optional(),
    ecs: ecsSettings.optional(),
    asg: asgSettings.optional(),
    lambda: lambdaSettings.optional(),
    url: text()
      .nullable()
      .default(null)
      .describe(
        'Where users reach the service, when that is not the name of the load balancer itself.',
      ),
    previewHeader: form(
      /^[A-Za-z0-9-]{1,40}$/,
      'the name of a header, at most 40 letters, digits and -',
    )
      .default('x-deployctl-release')
      .describe(
        'Requests with this header and the id of a release reach that release, whatever the weights. Anybody can send it: it is not access control.',
      ),
    allowSticky: flag()
      .default(false)
      .describe(
        'Deploy although the action pins users to a target group: they stay with it, whatever the weights, until their cookie ends.',
      ),
    propagation: duration({ max: 600_000 })
      .prefault('60s')
      .describe(
        'How long the load balancer may take to follow a change that its API already shows.',
      ),
    poll: duration({ min: 100, max: 60_000 })
      .prefault('5s')
      .describe(
        'The shortest time between two looks: the calls of an account are few and shared by all its programs.',
      ),
  })
  .superRefine((value, context) => {
    const given = COMPUTES.filter((name) => value[name] !== undefined);
    if (given.length !== 1) context.addIssue({ code: 'custom', message: ONE_COMPUTE });
  })
  .describe('A service behind an application load balancer, in two target groups that take turns.');

export type AlbSettings = z.output<typeof settingsSchema>;
