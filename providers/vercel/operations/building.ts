import type { ReleaseId, Verification } from '../../../src/contract/index.ts';
import type { BuildLine, VercelDeployment } from '../client/answers.ts';
import type { BuildSeen, Memory } from '../memory.ts';
import type { Place } from '../place.ts';
import { vercelPending } from './operation.ts';

/** How Vercel's own client looks at a build: so often until it is so old, in looks at best. */
const PACE: readonly (readonly [age: number, every: number])[] = [
  [15, 1],
  [60, 5],
  [300, 15],
  [Number.POSITIVE_INFINITY, 30],
];

/** What was seen last, while it is too early to look again. */
export function tooEarly({ builds, now }: Memory, release: ReleaseId): Verification | null {
  const seen = builds.get(release);
  return seen && now < seen.next ? vercelPending(seen.progress) : null;
}

interface Building {
  readonly release: ReleaseId;
  readonly found: VercelDeployment;
  readonly signal: AbortSignal;
}

/** How far it is, with what it has written since the last look. */
export async function building(
  { calls, memory }: Place,
  { release, found, signal }: Building,
): Promise<Verification> {
  const before = memory.builds.get(release);
  const since = before?.until ?? 0;
  const lines = await calls.linesSince(found.id, since, signal).catch(() => []);
  const fresh = lines.filter(({ id }) => !before?.told.includes(id));
  const progress = found.readyState.toLowerCase();
  memory.builds.set(release, { ...seenBy(memory, before), progress, ...endOf(fresh, before) });
  return { state: 'pending', progress, lines: fresh.map(({ text }) => text) };
}

function seenBy({ now, poll }: Memory, before: BuildSeen | undefined) {
  const begun = before?.begun ?? now;
  const [, every = 1] = PACE.find(([age]) => now - begun < age * poll) ?? [];
  return { begun, next: now + every * poll };
}

function endOf(fresh: readonly BuildLine[], before: BuildSeen | undefined) {
  const until = Math.max(before?.until ?? 0, ...fresh.map(({ at }) => at));
  const told = fresh.flatMap(({ at, id }) => (at === until ? [id] : []));
  const still = until === before?.until ? before.told : [];
  return { until, told: [...still, ...told] };
}
