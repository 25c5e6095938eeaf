import { z } from 'zod';
import {
  type ApprovalRules,
  ON_FAILURE,
  type OnFailure,
  PHASES,
  type Phase,
  type SecretReference,
} from '../contract/index.ts';
import { isSameName } from '../lib/same-name.ts';
import { command } from './command.ts';
import { duration, flag, gateNames, secretReference, text, whole } from './scalars.ts';

const WHAT: Readonly<Record<Phase, string>> = {
  preflight: 'Before anything is changed.',
  start: 'The new release is started, without traffic.',
  check: 'The new release is checked at its own address.',
  shift: 'Traffic moves to the new release.',
  promote: 'The new release becomes the live one.',
  bake: 'Watching after the promotion.',
  retire: 'The old release is drained and removed.',
};

/** The same for every phase, under a key for each. */
function byPhase<T extends z.ZodType>(schema: T) {
  const shape = PHASES.map((phase) => [phase, schema.optional().describe(WHAT[phase])]);
  return z.strictObject(Object.fromEntries(shape) as Record<Phase, z.ZodOptional<T>>);
}

const approvalSettings = z
  .strictObject({
    question: text().nullable().default(null).describe('What the person is asked.'),
    expires: duration({ min: 1000 }).prefault('24h').describe('No answer by then counts as no.'),
    quorum: whole(1, 20)
      .optional()
      .describe('How many different people must approve; one by default.'),
    approvers: z
      .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(text()).min(1))
      .meta({ also: { type: 'string' } })
      .optional()
      .describe('Names of those who may approve; anybody by default.'),
    notInitiator: flag()
      .optional()
      .describe('Whether somebody other than the one who started the deployment must approve.'),
    reason: flag().optional().describe('Whether an approval needs a reason.'),
    key: secretReference('when an answer is checked')
      .optional()
      .describe(
        'Only approvals with a signed token count (`deployctl approve --token`). This is the key of Standard Webhooks that checks the token: `whsec_…`.',
      ),
  })
  .refine(({ quorum = 1, approvers }) => !approvers || differentIn(approvers) >= quorum, {
    error: 'at most as many as there are approvers',
    path: ['quorum'],
  })
  .transform(({ question, expires, ...given }) => ({ question, expires, ...rulesOf(given) }));

const differentIn = (names: readonly string[]) =>
  names.filter((name, at) => names.findIndex((one) => isSameName(one, name)) === at).length;

interface GivenRules {
  readonly quorum?: number | undefined;
  readonly approvers?: readonly string[] | undefined;
  readonly notInitiator?: boolean | undefined;
  readonly reason?: boolean | undefined;
  readonly key?: SecretReference | undefined;
}

/** What says no more than the default is left out: the plan is as it would be without it. */
function rulesOf(given: GivenRules): { readonly rules?: ApprovalRules } {
  const { quorum = 1, approvers, notInitiator, reason, key } = given;
  const rules: ApprovalRules = {
    ...(quorum > 1 ? { quorum } : {}),
    ...(approvers ? { approvers } : {}),
    ...(notInitiator ? { notInitiator } : {}),
    ...(reason ? { reason } : {}),
    ...(key ? { key } : {}),
  };
  return Object.keys(rules).length > 0 ? { rules } : {};
}

/** `true`, or what is asked and whose yes counts; `false` and nothing mean nobody is asked. */
export const approval = z
  .preprocess(
    (value) =>
      value === true || value === 'true' ? {} : value === false || value === 'false' ? null : value,
    approvalSettings.nullable(),
  )
  .meta({ also: { type: 'boolean' } });

const pair = z.strictObject({
  name: text().describe('Name, compared without case for headers.'),
  value: text().describe('Value it must have.'),
});

/** Requests that go to the candidate whatever the split says. */
export const match = z
  .strictObject({
    header: pair.optional().describe('Requests with this header.'),
    cookie: pair.optional().describe('Requests with this cookie.'),
  })
  .refine(({ header, cookie }) => header !== undefined || cookie !== undefined, {
    error: 'a header or a cookie',
  })
  .nullable();

const hook = z
  .strictObject({
    name: text().max(60).optional().describe('Shown in the plan; the command by default.'),
    run: command().describe('The program and its arguments, run without a shell.'),
    undo: command()
      .nullable()
      .default(null)
      .describe('Run when the deployment is undone after this hook began.'),
    timeout: duration({ min: 1 })
      .prefault('5m')
      .describe('Time limit; after it the command is stopped and has failed.'),
  })
  .transform(({ name, ...hook }) => ({ name: name ?? hook.run.join(' ').slice(0, 60), ...hook }));

const strategyHooks = byPhase(
  z.strictObject({
    before: z.array(hook).default([]).describe('Before the phase.'),
    after: z.array(hook).default([]).describe('After the phase.'),
  }),
);

const onFailure = z
  .preprocess(
    (value) =>
      typeof value === 'string' ? Object.fromEntries(PHASES.map((phase) => [phase, value])) : value,
    byPhase(z.enum(ON_FAILURE)),
  )
  .transform((policies) => policies as Partial<Record<Phase, OnFailure>>)
  .meta({ also: { enum: [...ON_FAILURE] } });

/** Short for its time; a number lacks a unit, and is told so where the time is read. */
const isLone = (value: unknown) => typeof value === 'string' || typeof value === 'number';

const strategyBake = z
  .preprocess(
    (value) => (isLone(value) ? { duration: value } : value),
    z.strictObject({
      duration: duration()
        .prefault('1m')
        .describe(
          'How long. With 0s: only until each gate that has not yet judged the release under all of the traffic has passed once.',
        ),
      gates: gateNames()
        .default([])
        .describe('Gates that watch during the bake, in addition to those of `watch`.'),
    }),
  )
  .meta({ also: { type: 'string' } });

const strategyAfter = z.union([z.literal('next'), duration()], {
  error: 'a duration such as 10m, or next',
});

const retire = z
  .preprocess(
    (value) => (isLone(value) ? { after: value } : value),
    z.strictObject({
      after: strategyAfter
        .prefault('0s')
        .describe(
          'How long the old release stays running after the bake; `next` keeps it until the next deployment.',
        ),
    }),
  )
  .meta({ also: { type: 'string' } });

const timeouts = z.strictObject({
  start: duration({ min: 1 })
    .prefault('5m')
    .describe('Time limit for a release to become healthy.'),
  route: duration({ min: 1 })
    .prefault('1m')
    .describe('Time limit for a change of traffic to be read back.'),
  retire: duration({ min: 1 }).prefault('5m').describe('Time limit for draining and removal.'),
  check: duration({ min: 1 })
    .prefault('1m')
    .describe('Time limit for the gates of a check to pass.'),
});

/** What every strategy can be told. Stands under a strategy, or under `defaults` for all of them. */
export const COMMON = {
  preflight: gateNames()
    .default([])
    .describe('Gates asked before anything is changed, about the service as it serves now.'),
  check: gateNames()
    .default([])
    .describe('Gates asked about the new release at its own address, before it gets any traffic.'),
  watch: gateNames()
    .default([])
    .describe(
      'Gates that watch for as long as the new release has traffic; one that fails ends the deployment at once.',
    ),
  bake: strategyBake
    .prefault({})
    .describe(
      'Watching after the promotion, with the old release still full and warm. Short: `bake: 5m`.',
    ),
  retire: retire.prefault({}).describe('When the old release is removed. Short: `retire: 10m`.'),
  onFailure: onFailure
    .default({})
    .describe(
      'What to do after a failure, for all phases or per phase: rollback (the default), hold or ask.',
    ),
  hooks: strategyHooks.default({}).describe('Commands of yours before and after a phase.'),
  timeouts: timeouts.prefault({}).describe('Time limit for one attempt at a step.'),
  extension: duration()
    .prefault('5m')
    .describe('By how much gates without a verdict may extend a hold.'),
};
