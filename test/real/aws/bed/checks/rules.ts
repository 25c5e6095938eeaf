import { type Form, formAt, formsAt, textAt, textsAt } from '../query.ts';
import type { World } from '../world.ts';
import type { Check } from './check.ts';

const QUOTAS = 'Application Load Balancers: quotas';
const CONDITIONS = 'API reference: RuleCondition';

const allRules = ({ listeners }: World) => [...listeners.values()].flatMap(({ rules }) => rules);
const ruleOf = (form: Form, world: World) =>
  allRules(world).find(({ RuleArn }) => RuleArn === textAt(form, 'RuleArn'));

const CONFIGS = [
  'HostHeaderConfig',
  'PathPatternConfig',
  'HttpHeaderConfig',
  'HttpRequestMethodConfig',
  'SourceIpConfig',
];

const valuesOf = (condition: Form): readonly string[] => [
  ...textsAt(condition, 'Values'),
  ...CONFIGS.flatMap((name) => textsAt(formAt(condition, name), 'Values')),
];

export const RULE_CHECKS: readonly Check[] = [
  {
    on: ['CreateRule'],
    says: 'A priority is a whole number from 1 to 50000.',
    page: 'API reference: CreateRule',
    refuses: (form) => {
      const priority = Number(textAt(form, 'Priority'));
      return Number.isInteger(priority) && priority >= 1 && priority <= 50_000
        ? null
        : ['ValidationError', `Priority '${textAt(form, 'Priority')}' must be between 1 and 50000`];
    },
  },
  {
    on: ['CreateRule'],
    says: 'A load balancer has at most 100 rules, the defaults not counted.',
    page: QUOTAS,
    refuses: (_, world) =>
      allRules(world).filter(({ IsDefault }) => !IsDefault).length >= 100
        ? ['TooManyRules', 'The maximum number of rules on the load balancer has been reached']
        : null,
  },
  {
    on: ['ModifyRule', 'DeleteRule', 'SetRulePriorities'],
    says: 'The default rule is changed with its listener only: it has no conditions and no priority.',
    page: 'API reference: OperationNotPermitted',
    refuses: (form, world) =>
      ruleOf(form, world)?.IsDefault
        ? ['OperationNotPermitted', `Default rule '${textAt(form, 'RuleArn')}' cannot be modified`]
        : null,
  },
  {
    on: ['ModifyRule', 'DeleteRule'],
    says: 'A rule that is changed or deleted exists.',
    page: 'API reference: RuleNotFound',
    refuses: (form, world) =>
      ruleOf(form, world)
        ? null
        : ['RuleNotFound', `One or more rules not found: '${textAt(form, 'RuleArn')}'`],
  },
  {
    on: ['CreateRule', 'ModifyRule'],
    says: 'A rule has at most five values in its conditions, none of them longer than 128 characters.',
    page: QUOTAS,
    refuses: (form) => {
      const values = formsAt(form, 'Conditions').flatMap(valuesOf);
      if (values.length > 5)
        return ['TooManyConditionValues', 'A rule may have at most 5 condition values'];
      return values.some((value) => value.length > 128)
        ? ['ValidationError', 'A condition value may have at most 128 characters']
        : null;
    },
  },
  {
    on: ['CreateRule', 'ModifyRule'],
    says: 'The name of a header in a condition has at most 40 characters and is not Host.',
    page: CONDITIONS,
    refuses: (form) => {
      const names = formsAt(form, 'Conditions')
        .map((condition) => textAt(formAt(condition, 'HttpHeaderConfig'), 'HttpHeaderName'))
        .filter((name) => name !== undefined);
      return names.some((name) => name.length > 40 || name.toLowerCase() === 'host')
        ? ['ValidationError', 'Invalid HttpHeaderName']
        : null;
    },
  },
  {
    on: ['CreateRule'],
    says: 'A rule has at least one condition.',
    page: 'API reference: CreateRule',
    refuses: (form) =>
      formsAt(form, 'Conditions').length > 0
        ? null
        : ['ValidationError', 'A condition must be specified'],
  },
];
