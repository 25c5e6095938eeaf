import { z } from 'zod';
import type { SecretReference } from '../contract/index.ts';
import { formatDuration, parseDuration } from '../lib/duration.ts';

type Context = z.core.$RefinementCtx;

/** Says what was expected and ends the reading of this value. */
function refuseScalars(context: Context, expected: string): never {
  context.addIssue({ code: 'custom', message: expected });
  return z.NEVER;
}

const DURATION = 'a duration such as 30s, 5m or 1h30m';

/** `30s`, `5m`, `1h30m`, `250ms` → ms. A bare number is refused: 30 what? */
export function duration({ min = 0, max = 30 * 86_400_000 } = {}) {
  return z
    .preprocess((value) => (value === 0 ? '0s' : value), z.string({ error: missingUnit }))
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === null)
        return refuseScalars(context, /^\d+$/.test(text) ? withUnits(text) : DURATION);
      if (ms < min) return refuseScalars(context, `at least ${formatDuration(min)}`);
      return ms > max ? refuseScalars(context, `at most ${formatDuration(max)}`) : ms;
    })
    .meta({ pattern: '^(0|(\\d+(\\.\\d+)?(ms|s|m|h|d) ?)+)$' });
}

const missingUnit = ({ input }: { input?: unknown }) =>
  typeof input === 'number' ? withUnits(String(input)) : DURATION;
const withUnits = (text: string) => `a duration with its unit: ${text}s, ${text}m or ${text}ms`;

const PERCENT = 'a percentage from 0% to 100%';

/** `5%` or `5`: both are five percent. */
export function percent() {
  return z
    .preprocess(asNumber(/^(\d+(?:\.\d+)?)\s*%?$/), z.number({ error: PERCENT }))
    .refine((value) => value >= 0 && value <= 100, { error: PERCENT })
    .meta({ also: { type: 'string', pattern: '^\\d+(\\.\\d+)?%?$' }, minimum: 0, maximum: 100 });
}

const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** `10MB`, `512KiB` → bytes. */
export function size() {
  const expected = 'a size such as 10MB or 512KiB';
  return z
    .string({ error: expected })
    .transform((text, context) => {
      const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]i?b|b)$/i.exec(text.trim()) ?? [];
      if (count === undefined || unit === undefined) return refuseScalars(context, expected);
      const bytes = Math.round(Number(count) * (SIZES[unit.toLowerCase()] as number));
      return Number.isSafeInteger(bytes) ? bytes : refuseScalars(context, expected);
    })
    .meta({ pattern: '^\\d+(\\.\\d+)? ?([KMGkmg][Ii]?)?[Bb]$' });
}

/** How many units: `2`, or `25%` of all. */
export function amount() {
  const expected = 'a number of replicas such as 1, or a share such as 25%';
  return z.union([z.number(), z.string()], { error: expected }).transform((value, context) => {
    const [, digits, sign] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(String(value).trim()) ?? [];
    const number = Number(digits);
    if (digits === undefined) return refuseScalars(context, expected);
    if (sign === '%') return number <= 100 ? { percent: number } : refuseScalars(context, expected);
    return Number.isInteger(number) ? { count: number } : refuseScalars(context, expected);
  });
}

export interface Limit {
  readonly as: 'number' | 'percent' | 'duration';
  /** A plain number as it is, `5%` as 0.05, `250ms` as 250. */
  readonly value: number;
}

/** A limit of a gate: `5%`, `250ms`, or a plain number in the metric's own unit. */
export function scalarsLimit() {
  const expected = 'a limit such as 5%, 250ms or a number';
  return z
    .union([z.number(), z.string()], { error: expected })
    .transform((value, context): Limit => {
      const read = readLimit(String(value).trim());
      // JSON turns an infinite limit into none at all.
      return read !== null && Number.isFinite(read.value) ? read : refuseScalars(context, expected);
    });
}

function readLimit(text: string): Limit | null {
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return { as: 'number', value: Number(text) };
  if (/^\d+(\.\d+)?\s*%$/.test(text))
    return { as: 'percent', value: Number.parseFloat(text) / 100 };
  const ms = parseDuration(text);
  return ms === null ? null : { as: 'duration', value: ms };
}

/** A whole number; text that is one counts too, because variables are replaced in text. */
export function whole(min: number, max: number) {
  const schema = z.int().min(min).max(max);
  return z.preprocess(asNumber(/^(-?\d+(?:\.\d+)?)$/), schema);
}

/** Any number of at least 0; text that is one counts too. */
export function number({ max = 1e9 } = {}) {
  return z.preprocess(asNumber(/^(\d+(?:\.\d+)?)$/), z.number().min(0).max(max));
}

export function flag() {
  return z.preprocess(
    (value) => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean(),
  );
}

function asNumber(pattern: RegExp) {
  return (value: unknown) => {
    const digits = typeof value === 'string' ? pattern.exec(value.trim())?.[1] : undefined;
    return digits === undefined ? value : Number(digits);
  };
}

export const text = () => z.string().min(1);

/** Text in a place where a number is taken as it is written: `1.10` stays `1.10`. */
export const scalarsWords = () => z.string().meta({ also: { type: ['number', 'boolean'] } });

/** In words, for those who have written something else. */
export const REFERENCES =
  '{fromEnv: NAME}, {fromFile: PATH}, {fromCommand: [PROGRAM, ARGUMENT]}, {fromAwsSecret: {id: NAME}} or {fromAwsParameter: {name: NAME}}';

/** Text, or where a secret is read `when` it is needed: the config and the records only know the place. */
export function textOrReference(when: string) {
  return z
    .union([scalarsWords(), referenceShape(when)], { error: `text, or a reference: ${REFERENCES}` })
    .superRefine(checkReference)
    .transform((value) => value as string | SecretReference);
}

/** Only where a secret is read: written out, it would stand in configs and records. */
export function secretReference(when: string) {
  const error = `a reference to a secret, never the secret itself: ${REFERENCES}`;
  return referenceShape(when, error)
    .superRefine(checkReference)
    .transform((value) => value as SecretReference);
}

function referenceShape(when: string, error?: string) {
  const fromEnv = variableName().optional();
  const fromFile = text().optional();
  const fromCommand = z.array(scalarsWords()).min(1).optional();
  return z.strictObject(
    {
      fromEnv: fromEnv.describe(`Read from this variable of the environment ${when}.`),
      fromFile: fromFile.describe(`Read from this file ${when}.`),
      fromCommand: fromCommand.describe(
        `A program and its arguments, run without a shell ${when}; its output is the value.`,
      ),
      fromAwsSecret: awsSecret().optional().describe(`Read from AWS Secrets Manager ${when}.`),
      fromAwsParameter: awsParameter()
        .optional()
        .describe(`Read from the Parameter Store of AWS Systems Manager ${when}.`),
    },
    error === undefined ? undefined : { error: asIn(error) },
  );
}

const region = () =>
  text().optional().describe('Its region; by default that of its ARN, or AWS_REGION.');

const awsSecret = () =>
  z.strictObject({
    id: text().describe('Its name or ARN.'),
    key: text().optional().describe('The member to take, where the secret is JSON.'),
    version: text()
      .optional()
      .describe('The id of a version; default: the one that is current when a release is planned.'),
    region: region(),
  });

const awsParameter = () =>
  z.strictObject({
    name: text().describe('Its name or ARN.'),
    version: whole(1, 1_000_000)
      .optional()
      .describe('Its number; default: the one that is current when a release is planned.'),
    region: region(),
  });

function checkReference(value: string | object, context: Context): void {
  const given = typeof value === 'string' ? 1 : Object.values(value).filter(isGiven).length;
  if (given === 1) return;
  context.addIssue({ code: 'custom', message: `exactly one of ${REFERENCES}` });
}

const isGiven = (value: unknown) => value !== undefined;

/** Words for what is missing or of another kind altogether; other mistakes have their own. */
export function asIn(expected: string) {
  return ({ code }: { code?: string }) => (code === 'invalid_type' ? expected : undefined);
}

/** Text of a fixed form, with words for it. */
export function form(pattern: RegExp, expected: string) {
  const error = (issue: { input?: unknown }) =>
    typeof issue.input === 'number' ? 'text: put it in quotes' : expected;
  return z.string({ error }).regex(pattern, { error: expected });
}

/** Allow-listed, because names end up in folders, labels and suggested commands. */
export const name = () =>
  form(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a name of small letters, digits and dashes, at most 63',
  );
export const gateName = () =>
  form(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'a name of letters, digits, - and _, at most 63');
export const versionLabel = () =>
  form(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/,
    'a version label of letters, digits and . _ + -, at most 100',
  );
export const variableName = () =>
  form(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

export const gateNames = () =>
  z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(gateName()))
    .meta({ also: { type: 'string' } });
