import { isIP } from 'node:net';
import { formsAt, textAt, textsAt } from '../query.ts';
import type { World } from '../world.ts';
import type { Check } from './check.ts';

const GROUPS = 'Application Load Balancers: target group attributes';

const within = (value: string | undefined, from: number, to: number) =>
  value === undefined || (/^\d+$/.test(value) && Number(value) >= from && Number(value) <= to);

const WHOLE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const namesIn = ({ listeners, groups }: World): ReadonlySet<string> =>
  new Set([
    ...groups.keys(),
    ...[...listeners.values()].flatMap(({ arn, rules }) => [
      arn,
      ...rules.map(({ RuleArn = '' }) => RuleArn),
    ]),
  ]);

export const GROUP_CHECKS: readonly Check[] = [
  {
    on: ['ModifyTargetGroupAttributes'],
    says: 'Slow start lasts 30 to 900 seconds, or 0 for none.',
    page: GROUPS,
    refuses: (form) => {
      const value = attribute(form, 'slow_start.duration_seconds');
      return value === '0' || within(value, 30, 900)
        ? null
        : ['ValidationError', `'slow_start.duration_seconds' must be 0, or 30 to 900: ${value}`];
    },
  },
  {
    on: ['ModifyTargetGroupAttributes'],
    says: 'A deregistration delay is 0 to 3600 seconds.',
    page: GROUPS,
    refuses: (form) =>
      within(attribute(form, 'deregistration_delay.timeout_seconds'), 0, 3600)
        ? null
        : ['ValidationError', "'deregistration_delay.timeout_seconds' must be 0 to 3600"],
  },
  {
    on: ['RegisterTargets'],
    says: 'A group of addresses takes IP addresses, and a port is 1 to 65535.',
    page: 'API reference: TargetDescription',
    refuses: (form, { groups }) => {
      const group = groups.get(textAt(form, 'TargetGroupArn') ?? '');
      const targets = formsAt(form, 'Targets');
      if (targets.some((target) => !within(textAt(target, 'Port'), 1, 65_535)))
        return ['ValidationError', 'Port must be between 1 and 65535'];
      const byAddress = group?.settings.TargetType === 'ip';
      const wrong = targets.find((target) => byAddress && !isIP(textAt(target, 'Id') ?? ''));
      return wrong
        ? ['ValidationError', `The IP address '${textAt(wrong, 'Id')}' is not a valid IPv4 address`]
        : null;
    },
  },
  {
    on: ['RegisterTargets'],
    says: 'A Lambda group has one target and no port.',
    page: 'Application Load Balancers: Lambda functions as targets',
    refuses: (form, { groups }) => {
      const isLambda =
        groups.get(textAt(form, 'TargetGroupArn') ?? '')?.settings.TargetType === 'lambda';
      return isLambda && formsAt(form, 'Targets').length > 1
        ? ['TooManyTargets', 'A Lambda target group takes one target']
        : null;
    },
  },
  {
    on: ['AddTags'],
    says: 'A tag has a key of 1 to 128 characters and a value of at most 256, of letters, digits, spaces and _.:/=+-@.',
    page: 'API reference: Tag',
    refuses: (form) => {
      const wrong = formsAt(form, 'Tags').find((tag) => {
        const [key = '', value = ''] = [textAt(tag, 'Key'), textAt(tag, 'Value')];
        const fits = key.length >= 1 && key.length <= 128 && value.length <= 256;
        return !fits || !WHOLE.test(key) || !WHOLE.test(value);
      });
      return wrong ? ['ValidationError', `Invalid tag '${textAt(wrong, 'Key')}'`] : null;
    },
  },
  {
    on: ['AddTags', 'RemoveTags'],
    says: 'Tags beginning with aws: belong to AWS.',
    page: 'API reference: Tag',
    refuses: (form) =>
      [...formsAt(form, 'Tags').map((tag) => textAt(tag, 'Key')), ...textsAt(form, 'TagKeys')].some(
        (key) => key?.toLowerCase().startsWith('aws:'),
      )
        ? ['ValidationError', 'aws: prefixed tag key names are not allowed for external use']
        : null,
  },
  ...(
    [
      [/:listener\//, 'ListenerNotFound', 'The specified listener does not exist.'],
      [/:listener-rule\//, 'RuleNotFound', 'The specified rule does not exist.'],
      [/:targetgroup\//, 'TargetGroupNotFound', 'The specified target group does not exist.'],
    ] as const
  ).map(
    ([kind, code, says]): Check => ({
      on: ['DescribeTags'],
      says,
      page: 'API reference: DescribeTags, errors',
      refuses: (form, world) => {
        const known = namesIn(world);
        const missing = textsAt(form, 'ResourceArns').find(
          (arn) => kind.test(arn) && !known.has(arn),
        );
        return missing ? [code, `One or more resources not found: ${missing}`] : null;
      },
    }),
  ),
  {
    on: ['DescribeTags'],
    says: 'Tags of at most 20 resources are described at once.',
    page: 'API reference: DescribeTags',
    refuses: (form) =>
      textsAt(form, 'ResourceArns').length > 20
        ? ['ValidationError', 'At most 20 resources can be described']
        : null,
  },
];

function attribute(form: Parameters<Check['refuses']>[0], key: string): string | undefined {
  const found = formsAt(form, 'Attributes').find((entry) => textAt(entry, 'Key') === key);
  return found && textAt(found, 'Value');
}
