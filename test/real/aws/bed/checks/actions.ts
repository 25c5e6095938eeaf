import { type Form, formAt, formsAt, textAt } from '../query.ts';
import { listenersUsing, type World } from '../world.ts';
import { ACTIONS_IN, type Check } from './check.ts';

const ON = [...ACTIONS_IN];
const LIMITS = 'API reference: TargetGroupTuple';
const TYPES = 'Application Load Balancers: action types for listener rules';
const QUOTAS = 'Application Load Balancers: quotas';

const ROUTING = new Set(['forward', 'redirect', 'fixed-response']);
const AUTHENTICATING = new Set(['authenticate-oidc', 'authenticate-cognito']);

const actionsOf = (form: Form) => [...formsAt(form, 'Actions'), ...formsAt(form, 'DefaultActions')];
const configOf = (action: Form) => formAt(action, 'ForwardConfig');
const tuplesOf = (action: Form) => formsAt(configOf(action), 'TargetGroups');
const stickinessOf = (action: Form) => formAt(configOf(action), 'TargetGroupStickinessConfig');

function groupsNamed(form: Form): readonly string[] {
  return actionsOf(form)
    .flatMap((action) => [
      textAt(action, 'TargetGroupArn'),
      ...tuplesOf(action).map((tuple) => textAt(tuple, 'TargetGroupArn')),
    ])
    .filter((arn) => arn !== undefined);
}

function loadBalancerOf(form: Form, { listeners }: World): string | undefined {
  const named = textAt(form, 'LoadBalancerArn') ?? textAt(form, 'ListenerArn');
  const rule = textAt(form, 'RuleArn');
  const has = [...listeners.values()].find(
    (listener) =>
      listener.arn === named || listener.rules.some(({ RuleArn }) => RuleArn === rule && rule),
  );
  return has?.loadBalancer ?? named;
}

/** The first fault found in any of the actions. */
const each =
  (fault: (action: Form, world: World) => readonly [string, string] | null | undefined) =>
  (form: Form, world: World) =>
    actionsOf(form)
      .map((action) => fault(action, world))
      .find((found) => found) ?? null;

export const ACTION_CHECKS: readonly Check[] = [
  {
    on: ON,
    says: 'A weight is a whole number from 0 to 999.',
    page: LIMITS,
    refuses: each((action) => {
      const wrong = tuplesOf(action)
        .map((tuple) => textAt(tuple, 'Weight'))
        .find((weight) => weight !== undefined && !/^\d{1,3}$/.test(weight));
      return wrong === undefined
        ? null
        : ['ValidationError', `Weight '${wrong}' must be between 0 and 999 inclusive`];
    }),
  },
  {
    on: ON,
    says: 'Where an action names several target groups, each needs a weight.',
    page: TYPES,
    refuses: each((action) =>
      tuplesOf(action).length > 1 &&
      tuplesOf(action).some((tuple) => textAt(tuple, 'Weight') === undefined)
        ? ['InvalidLoadBalancerAction', 'You must specify a weight for each target group']
        : null,
    ),
  },
  {
    on: ON,
    says: 'An action forwards to at most five target groups.',
    page: QUOTAS,
    refuses: each((action) =>
      tuplesOf(action).length > 5
        ? ['TooManyTargetGroups', 'A forward action may have at most 5 target groups']
        : null,
    ),
  },
  {
    on: ON,
    says: 'A target group that is named in an action exists, in this account.',
    page: 'API reference: TargetGroupNotFound',
    refuses: (form, { groups }) => {
      const unknown = groupsNamed(form).find((arn) => !groups.has(arn));
      return unknown
        ? ['TargetGroupNotFound', `One or more target groups not found: '${unknown}'`]
        : null;
    },
  },
  {
    on: ON,
    says: 'A target group belongs to one load balancer at most.',
    page: QUOTAS,
    refuses: (form, world) => {
      const here = loadBalancerOf(form, world);
      const taken = groupsNamed(form).find((arn) =>
        listenersUsing(world, arn).some(({ loadBalancer }) => here && loadBalancer !== here),
      );
      return taken
        ? [
            'TargetGroupAssociationLimit',
            `The following target groups cannot be associated with more than one load balancer: ${taken}`,
          ]
        : null;
    },
  },
  {
    on: ON,
    says: 'With several groups in ForwardConfig the single TargetGroupArn is left out; with one it is the same.',
    page: 'API reference: Action',
    refuses: each((action) => {
      const single = textAt(action, 'TargetGroupArn');
      const tuples = tuplesOf(action);
      const agrees =
        tuples.length === 0 ||
        (tuples.length === 1 && textAt(tuples[0] ?? {}, 'TargetGroupArn') === single);
      return single !== undefined && !agrees
        ? ['InvalidLoadBalancerAction', 'TargetGroupArn and ForwardConfig do not match']
        : null;
    }),
  },
  {
    on: ON,
    says: 'Group stickiness that is switched on has a duration from 1 to 604800 seconds.',
    page: 'API reference: TargetGroupStickinessConfig',
    refuses: each((action) => {
      if (textAt(stickinessOf(action), 'Enabled') !== 'true') return null;
      const seconds = Number(textAt(stickinessOf(action), 'DurationSeconds') ?? Number.NaN);
      return seconds >= 1 && seconds <= 604_800
        ? null
        : ['InvalidLoadBalancerAction', 'Stickiness needs DurationSeconds from 1 to 604800'];
    }),
  },
  {
    on: ON,
    says: 'With stickiness of targets, an action over several groups has group stickiness too.',
    page: TYPES,
    refuses: each((action, { groups }) => {
      const tuples = tuplesOf(action);
      const sticky = tuples.some(
        (tuple) =>
          groups.get(textAt(tuple, 'TargetGroupArn') ?? '')?.attributes['stickiness.enabled'] ===
          'true',
      );
      return tuples.length > 1 && sticky && textAt(stickinessOf(action), 'Enabled') !== 'true'
        ? [
            'InvalidLoadBalancerAction',
            'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
          ]
        : null;
    }),
  },
  {
    on: ON,
    says: 'There is exactly one action that routes, and it comes last.',
    page: TYPES,
    refuses: (form) => {
      const actions = [...actionsOf(form)].sort(
        (a, b) => Number(textAt(a, 'Order') ?? 0) - Number(textAt(b, 'Order') ?? 0),
      );
      if (actions.length === 0) return null;
      const routing = actions.filter((action) => ROUTING.has(textAt(action, 'Type') ?? ''));
      return routing.length === 1 && actions.at(-1) === routing[0]
        ? null
        : [
            'InvalidLoadBalancerAction',
            'A rule needs exactly one forward, redirect or fixed-response action, and it must be the last',
          ];
    },
  },
  {
    on: ON,
    says: 'Only a listener of HTTPS authenticates users.',
    page: TYPES,
    refuses: (form, { listeners }) => {
      const authenticates = actionsOf(form).some((action) =>
        AUTHENTICATING.has(textAt(action, 'Type') ?? ''),
      );
      if (!authenticates) return null;
      const named = textAt(form, 'ListenerArn');
      const rule = textAt(form, 'RuleArn');
      const protocol =
        textAt(form, 'Protocol') ??
        [...listeners.values()].find(
          ({ arn, rules }) =>
            arn === named || rules.some(({ RuleArn }) => rule && RuleArn === rule),
        )?.protocol;
      return protocol === 'HTTPS'
        ? null
        : ['InvalidLoadBalancerAction', 'Authenticate actions need an HTTPS listener'];
    },
  },
];
