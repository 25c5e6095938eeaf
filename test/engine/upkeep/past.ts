import type { JournalRecord, Release, Store } from '../../../src/contract/index.ts';
import { drive, sendControl } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import type { Session } from '../../../src/engine/lock/session.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { createTestWorld, serving, type TestWorld } from '../../helpers/world.ts';
import { begin, TARGET } from '../stage.ts';

export interface Past {
  readonly world: TestWorld;
  readonly entries: Map<string, string>;
  /** Deployment ids, oldest first. */
  readonly ids: readonly string[];
}

export interface Turn {
  readonly release: Release;
  /** It is sent back before it gets there. */
  readonly fails?: true;
}

/** A target with a history: each release deployed over the one before, each with a wish of somebody's. */
export async function pastOf(
  turns: readonly Turn[],
  options: { keep?: number; wrap?: (store: Store) => Store } = {},
): Promise<Past> {
  const entries = new Map<string, string>();
  const store = createMemoryStore(entries);
  const world = createTestWorld({ store: options.wrap?.(store) ?? store });
  serving(world.platform);
  const ids: string[] = [];
  for (const turn of turns) ids.push(await deployed(world, turn, options.keep));
  return { world, entries, ids };
}

export async function deployed(world: TestWorld, turn: Turn, keep?: number): Promise<string> {
  const session = await world.clock.run(beginTurn(world, turn.release, keep));
  const wish = { kind: 'approve', reason: null, actor: world.holder.actor } as const;
  await sendControl(world, session.state, wish);
  await world.clock.run(drive(session, turn.fails ? { turn: 'the test wants it back' } : {}));
  return session.state.id;
}

/** A deployment that switches from what is live to this release. */
export function beginTurn(world: TestWorld, release: Release, keep?: number): Promise<Session> {
  const from = world.platform.live as string;
  const actions = [
    { kind: 'start', release, capacity: 100, weights: [100] },
    { kind: 'route', split: { [from]: 0, [release.id]: 100 }, match: null },
    { kind: 'promote', release: release.id },
    { kind: 'retire', release: from, keeps: release.id },
  ] as const;
  return begin(world, actions, { release, ...(keep === undefined ? {} : { keep }) });
}

/** A log of so many deployments of two records each, chained, faster than they could be driven. */
export function longLog({ entries }: Past, count: number): Map<string, string> {
  const [opened, ended] = ['opened', 'ended'].map((kind) => recordOf(entries, kind));
  const long = new Map<string, string>();
  let prev = '';
  const write = (record: JournalRecord, changes: Partial<JournalRecord>) => {
    const { hash: _, ...rest } = { ...record, ...changes, prev };
    prev = hashOf(rest);
    long.set(keys.record(TARGET, rest.seq), JSON.stringify({ ...rest, hash: prev }));
  };
  for (let turn = 0; turn < count; turn++) {
    const [chapter, deployment] = [2 * turn + 1, `d${turn}`];
    const both = { chapter, deployment, epoch: turn + 1 };
    write(opened as JournalRecord, { ...both, seq: chapter });
    write(ended as JournalRecord, { ...both, seq: chapter + 1 });
    long.set(keys.deployment(deployment), JSON.stringify({ target: TARGET }));
  }
  return long;
}

function recordOf(entries: ReadonlyMap<string, string>, kind: string): JournalRecord | undefined {
  return [...entries]
    .filter(([key]) => key.startsWith(keys.log(TARGET)))
    .map(([, text]) => JSON.parse(text) as JournalRecord)
    .find(({ body }) => body.kind === kind);
}
