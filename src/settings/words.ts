import type { core } from 'zod';
import { nearest } from '../lib/suggest.ts';

const WORDS_KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
};

interface Schema {
  readonly _zod?: { readonly def?: { readonly shape?: object; readonly format?: string } };
}

/** What was expected, for every kind of mistake that has no words of its own in the schema. */
export function expectation(issue: core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typed(issue);
    case 'too_small':
      return bound(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum));
    case 'invalid_value':
      return oneOf(issue.input, issue.values.map(String));
    case 'unrecognized_keys':
      return JSON.stringify(wordsKeysOf(issue.inst));
    default:
      return 'something else';
  }
}

function typed(issue: core.$ZodRawIssue<core.$ZodIssueInvalidType>): string {
  const kind = isWhole(issue.inst)
    ? 'a whole number'
    : (WORDS_KINDS[issue.expected] ?? issue.expected);
  const { input } = issue;
  if (kind === 'text' && ['number', 'boolean'].includes(typeof input))
    return 'text: put it in quotes';
  if (
    kind === 'true or false' &&
    ['yes', 'no', 'on', 'off'].includes(String(input).toLowerCase())
  ) {
    return 'true or false: YAML 1.2 takes yes, no, on and off as text';
  }
  return kind;
}

function isWhole(inst: unknown): boolean {
  return (inst as Schema | undefined)?._zod?.def?.format === 'safeint';
}

function bound(origin: string, direction: string, limit: number): string {
  if (origin === 'array') return `${direction} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  if (origin === 'string')
    return limit === 1 ? 'text that is not empty' : `${direction} ${limit} characters`;
  return `${direction} ${limit}`;
}

export function oneOf(input: unknown, names: readonly string[]): string {
  const near = typeof input === 'string' ? nearest(input, names) : null;
  return `${names.length === 1 ? '' : 'one of '}${names.join(', ')}${near ? ` (did you mean ${near}?)` : ''}`;
}

function wordsKeysOf(inst: unknown): string[] {
  const shape = (inst as Schema | undefined)?._zod?.def?.shape;
  return Object.keys(shape ?? {});
}
