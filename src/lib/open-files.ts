import { readOrNull } from './process-life.ts';

/** How many files this process may have open at a time; null where the system does not say. */
export function mostOpenFiles(): number | null {
  const soft = /^Max open files +(\d+) /m.exec(readOrNull('/proc/self/limits') ?? '')?.[1];
  return soft === undefined ? null : Number(soft);
}
