import { z } from 'zod';
import { quoted } from '../lib/quoted.ts';
import { words } from './scalars.ts';

// What a shell would act on, and no process does.
const SHELL = /[|&;<>()$`\\"'*?[\]{}~#!]/;

const MOST_WORDS = 1000;

/**
 * A command: a list of its words, or one line that is split at spaces. No shell ever reads it, so a
 * line with anything that only a shell understands is refused rather than taken in another sense.
 */
export function command() {
  return z
    .preprocess(splitLine, z.array(words()).min(1).max(MOST_WORDS))
    .refine(([program]) => program !== '', { error: 'a list that begins with a program' })
    .meta({ also: { type: 'string', minLength: 1 } });
}

function splitLine(value: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof value !== 'string') return value;
  const parts = value.trim().split(/\s+/);
  const character = SHELL.exec(value)?.[0];
  if (character !== undefined) return refuse(context, shellWords(value, character));
  if (parts[0]?.includes('=')) {
    return refuse(
      context,
      `=found ${quoted(value)}: no shell reads commands, so give ${parts[0]} in env`,
    );
  }
  if (parts.length > MOST_WORDS) return refuse(context, `at most ${MOST_WORDS} words`);
  return parts[0] === '' ? refuse(context, 'a program and its arguments') : parts;
}

const shellWords = (line: string, character: string) =>
  `=found ${quoted(line)}, where only a shell would understand ${character}: ` +
  'write a list of words, [program, argument], or ask for a shell, [sh, -c, "…"]';

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
