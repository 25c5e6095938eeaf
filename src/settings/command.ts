import { z } from 'zod';
import { quoted } from '../lib/quoted.ts';
import { scalarsWords } from './scalars.ts';

// What a shell would act on, and no process does.
const SETTINGS_COMMAND_SHELL = /[|&;<>()$`\\"'*?[\]{}~#!]/;

const MOST_WORDS = 1000;

/**
 * A command: a list of its words, or one line that is split at spaces. No shell ever reads it, so a
 * line with anything that only a shell understands is refused rather than taken in another sense.
 */
export function command() {
  return z
    .preprocess(splitLine, z.array(scalarsWords()).min(1).max(MOST_WORDS))
    .refine(([program]) => program !== '', { error: 'a list that begins with a program' })
    .meta({ also: { type: 'string', minLength: 1 } });
}

function splitLine(value: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof value !== 'string') return value;
  const parts = value.trim().split(/\s+/);
  const character = SETTINGS_COMMAND_SHELL.exec(value)?.[0];
  if (character !== undefined) return refuseSettingsCommand(context, shellWords(value, character));
  if (parts[0]?.includes('=')) {
    return refuseSettingsCommand(
      context,
      `=found ${quoted(value)}: commands run without a shell, so set ${parts[0]} in env`,
    );
  }
  if (parts.length > MOST_WORDS)
    return refuseSettingsCommand(context, `at most ${MOST_WORDS} words`);
  return parts[0] === '' ? refuseSettingsCommand(context, 'a program and its arguments') : parts;
}

const shellWords = (line: string, character: string) =>
  `=found ${quoted(line)}, where only a shell would understand ${character}: ` +
  'write a list of words, [program, argument], or ask for a shell, [sh, -c, "…"]';

function refuseSettingsCommand(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
