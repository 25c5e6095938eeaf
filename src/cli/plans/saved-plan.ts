import { DeployError, type Plan } from '../../contract/index.ts';
import { checkUnchanged } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';

/** A plan that `deployctl plan --out` has saved, unchanged. Whether it still fits is checked later. */
export async function readPlan({ io }: Input, file: string): Promise<Plan> {
  const content = await io.readFile(file).catch((cause: unknown) => {
    throw unusable(file, `it cannot be read: ${(cause as Error).message}`, cause);
  });
  const plan = parsed(file, content);
  if (!plan || !Array.isArray(plan.steps)) throw unusable(file, 'it has no steps');
  checkUnchanged(plan);
  return plan;
}

function parsed(file: string, content: string): Plan | null {
  try {
    return JSON.parse(content) as Plan | null;
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
}

function unusable(file: string, why: string, cause?: unknown): DeployError {
  return new DeployError('usage', {
    message: `${file} is not a plan: ${why}.`,
    state: 'Nothing was touched.',
    next: [`deployctl plan --out ${file}`],
    cause,
  });
}
