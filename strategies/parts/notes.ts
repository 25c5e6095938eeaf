import type { PlanInput } from '../../src/contract/index.ts';
import { isLive, sceneOf } from './scene.ts';

/** What a person should know before saying yes, that is no reason to refuse. */
export function notesOn(input: PlanInput): readonly string[] {
  if (isLive(input)) return [];
  const { serving, stable } = sceneOf(input);
  const live = input.observation.releases.find(({ id }) => id === stable?.id);
  const notes: string[] = [];
  if (live?.health === 'unhealthy' || live?.health === 'degraded') {
    notes.push(
      `${live.version}, which serves now, is ${live.health}${live.note ? `: ${live.note}` : ''}. A rollback leads back to it.`,
    );
  }
  for (const { version, id } of serving) {
    notes.push(
      `${version} still has ${input.observation.split?.[id] ?? 0} % of the traffic; it loses it and is retired last.`,
    );
  }
  return notes;
}
