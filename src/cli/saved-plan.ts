import { DeployError, type Plan } from '../contract/index.ts';
import type { Input } from './command.ts';

/** A plan that `deployctl plan --out` has saved. Whether it still fits is checked later. */
export async function readPlan({ io }: Input, file: string): Promise<Plan> {
  const content = await io.readFile(file).catch((cause: unknown) => {
    throw unusable(file, `it cannot be read: ${(cause as Error).message}`, cause);
  });
  try {
    const plan = JSON.parse(content) as Plan;
    if (plan?.v === 1 && Array.isArray(plan.steps)) return plan;
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
  throw unusable(file, 'it has no steps, or another version made it');
}

function unusable(file: string, why: string, cause?: unknown): DeployError {
  return new DeployError('usage', {
    message: `${file} is not a plan: ${why}.`,
    state: 'Nothing was touched.',
    next: [`deployctl plan --out ${file}`],
    cause,
  });
}
