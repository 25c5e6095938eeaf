import { DeployError, type Plan } from '../../contract/index.ts';
import { checkUnchanged } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';

/** A plan that `deployctl plan --out` has saved, unchanged. Whether it still fits is checked later. */
export async function readPlan({ io }: Input, file: string): Promise<Plan> {
  const content = await io.readFile(file).catch((cause: unknown) => {
    throw savedPlanUnusable(file, `it cannot be read: ${(cause as Error).message}`, cause);
  });
  const plan = savedPlanParsed(file, content);
  if (!plan || !Array.isArray(plan.steps)) throw savedPlanUnusable(file, 'it has no steps');
  checkUnchanged(plan);
  return plan;
}

function savedPlanParsed(file: string, content: string): Plan | null {
  try {
    return JSON.parse(content) as Plan | null;
  } catch (cause) {
    throw savedPlanUnusable(file, 'it is not JSON', cause);
  }
}

function savedPlanUnusable(file: string, why: string, cause?: unknown): DeployError {
  return new DeployError('usage', {
    message: `${file} is not a plan: ${why}.`,
    state: 'Nothing was touched.',
    next: [`deployctl plan --out ${file}`],
    cause,
  });
}
