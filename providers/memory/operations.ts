import {
  type ApplyContext,
  type Operation,
  type OperationContext,
  type OperationKind,
  ProviderError,
  type ReleaseId,
  type Replace,
  type Split,
  type Verification,
} from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { type MemoryPlatform, memoryLiveOf, scaleTo, unitsFor } from './platform.ts';

type Of<K extends OperationKind> = Extract<Operation, { kind: K }>;

/** One operation: how it is made true, and what of it is not true yet (null when all of it is). */
interface MemoryOperation<K extends OperationKind> {
  apply(platform: MemoryPlatform, operation: Of<K>, context: Told): void;
  missing(platform: MemoryPlatform, operation: Of<K>, context: Told): string | null;
}

/** What the platform takes of the context. */
export type Told = Pick<OperationContext, 'before'>;

const MEMORY_OPERATIONS: { readonly [K in OperationKind]: MemoryOperation<K> } = {
  start: {
    apply(platform, operation) {
      const { release, weights } = operation;
      const { places, startsWithTraffic } = platform.profile.capabilities;
      const taken = [...platform.releases.keys()].filter((id) => id !== release.id).length;
      if (places !== null && taken >= places)
        throw new ProviderError('permanent', `all ${places} places are taken`);
      scaleTo(platform, release, unitsFor(platform, operation));
      holdMemory(platform);
      const [first] = weights;
      const live = memoryLiveOf(platform);
      if (!startsWithTraffic || first === undefined || live === null || live === release.id) return;
      shift(platform, shared(release.id, live, first));
    },
    missing: (platform, operation) => lacking(platform, operation.release.id, operation),
  },
  scale: {
    apply(platform, operation) {
      const known = platform.releases.get(operation.release);
      if (!known) throw new ProviderError('permanent', `${operation.release} was never started`);
      scaleTo(platform, known.release, unitsFor(platform, operation));
    },
    missing: (platform, operation) => lacking(platform, operation.release, operation),
  },
  route: {
    apply(platform, { split, match }) {
      const unknown = Object.keys(split).find((id) => split[id] && !platform.releases.has(id));
      if (unknown) throw new ProviderError('permanent', `${unknown} is not there to be routed to`);
      shift(platform, split);
      platform.match = match;
    },
    missing: (platform, { split, match }) =>
      memorySameSplit(platform.split, split) && hashOf(platform.match) === hashOf(match)
        ? null
        : 'not routed yet',
  },
  replace: {
    apply(platform, operation) {
      const { release, from } = operation;
      const replaced = replacedOf(platform, operation);
      scaleTo(platform, release, replaced);
      scaleTo(platform, from, platform.units - replaced);
      platform.split = memorySharesOf(platform, operation);
    },
    missing(platform, operation) {
      const ready = platform.releases.get(operation.release.id)?.ready ?? 0;
      const old = platform.releases.get(operation.from.id)?.ready ?? 0;
      const replaced = replacedOf(platform, operation);
      const isDone =
        ready === replaced &&
        old === platform.units - replaced &&
        memorySameSplit(platform.split, memorySharesOf(platform, operation));
      return isDone ? null : `${ready} of ${replaced} replaced`;
    },
  },
  promote: {
    apply(platform, { release }) {
      if (!platform.releases.has(release))
        throw new ProviderError('permanent', `${release} is not there to be promoted`);
      platform.live = release;
    },
    missing: ({ live }, { release }) => (live === release ? null : 'not promoted yet'),
  },
  retire: {
    apply(platform, { release, keeps }, { before }) {
      if (keeps && (platform.split?.[release] ?? 0) > 0)
        throw new ProviderError('permanent', `${release} still has traffic`);
      platform.releases.delete(release);
      platform.live = keeps;
      platform.split = keeps === null ? null : memoryWithout(platform.split, release, keeps);
      platform.settings = { ...platform.settings, ...before.baseline } as typeof platform.settings;
    },
    missing({ releases, split, settings }, { release }, { before }) {
      if (releases.has(release) || split?.[release]) return 'still there';
      const isRestored = Object.entries(before.baseline ?? {}).every(
        ([name, value]) => settings[name] === value,
      );
      return isRestored ? null : 'its settings are not restored yet';
    },
  },
};

/** Takes effect at once; behind a fence, whoever has been replaced is refused, however late the call arrives. */
export function applyTo(
  platform: MemoryPlatform,
  operation: Operation,
  context: Told & Pick<ApplyContext, 'fence' | 'key'>,
): void {
  const { fence, key } = context;
  const { profile } = platform;
  if (profile.fenced && fence < platform.fence)
    throw new ProviderError('fenced', `epoch ${fence} was replaced by ${platform.fence}`);
  const why = profile.capabilities.cannot[operation.kind];
  if (why !== undefined) throw new ProviderError('permanent', why);
  platform.fence = Math.max(fence, platform.fence);
  MEMORY_OPERATIONS[operation.kind].apply(platform, operation as never, context);
  platform.sent = [...platform.sent.filter((known) => known !== key).slice(-CALLS_REMEMBERED), key];
}

/** So many calls are told from those that were never sent. */
const CALLS_REMEMBERED = 50;

export function readBack(
  platform: MemoryPlatform,
  operation: Operation,
  context: Told,
): Verification {
  const progress = MEMORY_OPERATIONS[operation.kind].missing(platform, operation as never, context);
  if (progress === null) return { state: 'done' };
  const again =
    ('capacity' in operation && isOutgrown(platform, operation)) ||
    (operation.kind === 'replace' && hasMoved(platform, operation));
  return { state: 'pending', progress, ...(again ? { again } : {}) };
}

/** A split that was sent and is another by now was moved by other hands. */
export function verifyAt(
  platform: MemoryPlatform,
  operation: Operation,
  context: Told & Pick<OperationContext, 'key' | 'wasDone'>,
): Verification {
  const seen = readBack(platform, operation, context);
  if (seen.state === 'done' || operation.kind !== 'route') return seen;
  if (!context.wasDone && !platform.sent.includes(context.key)) return seen;
  return { state: 'diverged', expected: operation.split, found: platform.split };
}

function lacking(
  platform: MemoryPlatform,
  id: ReleaseId,
  operation: Of<'start'> | Of<'scale'>,
): string | null {
  const wanted = wantedUnits(platform, id, operation);
  const ready = platform.releases.get(id)?.ready ?? 0;
  return ready >= wanted ? null : `${ready} of ${wanted} ready`;
}

/** Whether fewer units are wanted than the percentage means by now: only another call changes that. */
function isOutgrown(platform: MemoryPlatform, operation: Of<'start'> | Of<'scale'>): boolean {
  const id = operation.kind === 'start' ? operation.release.id : operation.release;
  const entry = platform.releases.get(id);
  return entry !== undefined && entry.units < wantedUnits(platform, id, operation);
}

/** Whether the platform has another number of units than when the batch was sent. */
function hasMoved({ releases, units }: MemoryPlatform, { release, from }: Replace): boolean {
  const of = (id: ReleaseId) => releases.get(id)?.units ?? 0;
  return releases.has(release.id) && of(release.id) + of(from.id) !== units;
}

function wantedUnits(
  platform: MemoryPlatform,
  id: ReleaseId,
  operation: Of<'start'> | Of<'scale'>,
): number {
  const { coupled } = platform.profile.capabilities;
  const capacity = coupled ? (platform.split?.[id] ?? operation.capacity) : operation.capacity;
  return unitsFor(platform, { ...operation, capacity });
}

/** While a deployment goes on, what would work against it is held. */
function holdMemory(platform: MemoryPlatform): void {
  const { settings, units } = platform;
  if ('minimum' in settings) settings.minimum = units;
  if ('promotesByItself' in settings) settings.promotesByItself = false;
}

/** Where capacity follows weight, it does so at once. */
function shift(platform: MemoryPlatform, split: Split): void {
  platform.split = split;
  if (!platform.profile.capabilities.coupled) return;
  for (const [id, { release }] of platform.releases)
    scaleTo(platform, release, Math.ceil((platform.units * (split[id] ?? 0)) / 100));
}

/** What others have stays theirs. */
function memoryWithout(split: Split | null, gone: ReleaseId, keeps: ReleaseId): Split {
  const left = Object.entries(split ?? {}).filter(([id, weight]) => id !== gone && weight > 0);
  return left.length > 0 ? Object.fromEntries(left) : { [keeps]: 100 };
}

const shared = (id: ReleaseId, other: ReleaseId, weight: number): Split => ({
  [other]: 100 - weight,
  [id]: weight,
});

/** A share, rounded up, of the units that there are by now. */
const replacedOf = ({ units }: MemoryPlatform, { replaced, of }: Replace): number =>
  Math.ceil((units * replaced) / of);

function memorySharesOf(platform: MemoryPlatform, operation: Replace): Split {
  const { release, from } = operation;
  const share = (100 * replacedOf(platform, operation)) / platform.units;
  return { [release.id]: share, [from.id]: 100 - share };
}

function memorySameSplit(a: Split | null, b: Split): boolean {
  const ids = new Set([...Object.keys(a ?? {}), ...Object.keys(b)]);
  return [...ids].every((id) => Math.abs((a?.[id] ?? 0) - (b[id] ?? 0)) < 0.05);
}
