import type { Plan } from '../../contract/index.ts';
import { checkUnchanged } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';
import { planFileUnusable } from './errors.ts';

/** A plan that `deployctl plan --out` has saved, unchanged. Whether it still fits is checked later. */
export async function readPlan({ io }: Input, file: string): Promise<Plan> {
  const content = await io.readFile(file).catch((cause: unknown) => {
    throw planFileUnusable(file, `it cannot be read: ${(cause as Error).message}`, cause);
  });
  const plan = parsedPlan(file, content);
  if (!plan || !Array.isArray(plan.steps)) throw planFileUnusable(file, 'it has no steps');
  checkUnchanged(plan);
  return plan;
}

function parsedPlan(file: string, content: string): Plan | null {
  try {
    return JSON.parse(content) as Plan | null;
  } catch (cause) {
    throw planFileUnusable(file, 'it is not JSON', cause);
  }
}
