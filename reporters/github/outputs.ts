import type { DeployEvent, Reporter } from '../../src/contract/index.ts';
import { oneLine } from '../kit/text.ts';

/**
 * What later steps of a job can ask a step for: `id`, `result` and `version` of the deployment that
 * it began, and never of one that it merely found or picked up. The last value of a name counts.
 */
export function githubOutputs(append: (text: string) => void): Reporter {
  let own: string | null = null;
  const say = (outputs: Readonly<Record<string, string>>) =>
    append(
      Object.entries(outputs)
        .map(([name, value]) => `${name}=${oneLine(value)}\n`)
        .join(''),
    );
  return {
    report(event: DeployEvent) {
      if (event.type === 'begun' && !event.data.resumed) {
        own = event.deployment;
        // For whoever is killed before the end.
        say({ id: own, result: 'unfinished', version: event.data.plan.release.version });
      }
      if (event.type === 'ended' && event.deployment === own) say({ result: event.data.result });
    },
  };
}
