import type { Functions } from './functions.ts';
import { element, type Form, formsAt, list, text, textAt } from './query.ts';
import { Refusal } from './refusal.ts';
import type { Health, Target, Targets } from './targets.ts';
import type { Group, World } from './world.ts';

const MOST_TARGETS = 1_000;

/** The three calls about targets, which the front answers itself. */
export function answerTargetCall(
  action: string,
  form: Form,
  { targets, functions, world }: TargetParts,
): string | null {
  const answer = ANSWERS[action];
  if (!answer) return null;
  const arn = textAt(form, 'TargetGroupArn') ?? '';
  const group = world.groups.get(arn);
  if (!group)
    throw new Refusal('TargetGroupNotFound', `One or more target groups not found: ${arn}`);
  return answer(form, group, { targets, functions });
}

type Answer = (
  form: Form,
  group: Group,
  parts: Pick<TargetParts, 'targets' | 'functions'>,
) => string;

interface TargetParts {
  readonly targets: Targets;
  readonly functions: Pick<Functions, 'check'>;
  readonly world: World;
}

const isOfFunctions = ({ settings }: Group) => settings.TargetType === 'lambda';

/** AWS: "you can register only one Lambda function as a target". */
function checkFunctions(
  { arn }: Group,
  wanted: readonly { readonly id: string }[],
  { targets, functions }: Pick<TargetParts, 'targets' | 'functions'>,
): void {
  const there = targets.of(arn).filter(({ health }) => health.state !== 'draining');
  const all = new Set([...there, ...wanted].map(({ id }) => id));
  if (all.size > 1)
    throw new Refusal('TooManyTargets', 'A function is the only target of its group');
  for (const { id } of wanted) functions.check(arn, id);
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  RegisterTargets: (form, group, { targets, functions }) => {
    const wanted = named(form, group);
    if (targets.of(group.arn).length + wanted.length > MOST_TARGETS)
      throw new Refusal('TooManyTargets', `A target group takes ${MOST_TARGETS} targets`);
    if (isOfFunctions(group)) checkFunctions(group, wanted, { targets, functions });
    for (const { id, port } of wanted) targets.register(group.arn, id, port);
    return '';
  },
  // AWS: "If the specified target does not exist, the action returns successfully."
  DeregisterTargets: (form, group, { targets }) => {
    const delay = isOfFunctions(group)
      ? 0
      : Number(group.attributes['deregistration_delay.timeout_seconds'] ?? 300);
    for (const { id, port } of named(form, group)) {
      const target = targets.find(group.arn, id, port);
      if (target) targets.deregister(target, performance.now() + delay * 1000);
    }
    return '';
  },
  DescribeTargetHealth: (form, group, { targets }) => {
    const asked = formsAt(form, 'Targets');
    const found =
      asked.length === 0
        ? targets.of(group.arn)
        : named(form, group).map(
            ({ id, port }) => targets.find(group.arn, id, port) ?? unknown(group.arn, id, port),
          );
    return list('TargetHealthDescriptions', found.map(described));
  },
};

function named(form: Form, group: Group) {
  return formsAt(form, 'Targets').map((target) => ({
    id: textAt(target, 'Id') ?? '',
    port: Number(textAt(target, 'Port') ?? group.settings.Port ?? 0),
  }));
}

const NOT_REGISTERED: Health = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  passes: 0,
  fails: 0,
};

const unknown = (group: string, id: string, port: number): Target => ({
  group,
  id,
  port,
  health: NOT_REGISTERED,
  drainsUntil: null,
});

const WORDS: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'Target registration is in progress',
  'Elb.InitialHealthChecking': 'Initial health checks in progress',
  'Target.FailedHealthChecks': 'Health checks failed',
  'Target.Timeout': 'Request timed out',
  'Target.NotInUse': 'Target group is not configured to receive traffic from the load balancer',
  'Target.NotRegistered': 'Target is not registered to the target group',
  'Target.DeregistrationInProgress': 'Target deregistration is in progress',
  'Target.HealthCheckDisabled': 'Health checks are not enabled for this target',
};

function described({ id, port, health }: Target): string {
  const { state, reason, description = reason ? WORDS[reason] : undefined } = health;
  return [
    element('Target', text('Id', id) + text('Port', port || undefined)),
    text('HealthCheckPort', port || undefined),
    element(
      'TargetHealth',
      text('State', state) + text('Reason', reason ?? undefined) + text('Description', description),
    ),
  ].join('');
}
