import type { Plan } from '../../contract/index.ts';
import type { Io } from '../shell/io.ts';

/** What should be read before the first change, as a plan says it. */
export function tellNotes({ stderr }: Pick<Io, 'stderr'>, { notes }: Pick<Plan, 'notes'>): void {
  for (const note of notes) stderr.write(`note: ${note}\n`);
}
