import { appendFileSync } from 'node:fs';
import type { Io } from './io.ts';

/** On the page of a run in GitHub: what was refused, as the log has it. */
export function summarizeRefusal({ env, redact }: Pick<Io, 'env' | 'redact'>, told: string): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (env.GITHUB_ACTIONS !== 'true' || !file) return;
  const fence = '`'.repeat(longestRun(told) + 1);
  try {
    appendFileSync(file, redact(`## deployctl\n\n${fence}text\n${told}\n${fence}\n`));
  } catch {
    // The log has said it.
  }
}

const LEAST_FENCE = 2;

/** Of backticks in a row: none of them shall end the block. */
const longestRun = (text: string) =>
  Math.max(LEAST_FENCE, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
