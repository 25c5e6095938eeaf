import { setTimeout } from 'node:timers/promises';
import type { DeploymentState } from '../../../src/engine/index.ts';
import type { Drawn } from './draw.ts';
import type { Expected } from './expected.ts';
import { censusOf, journalOf, newestIn, startsIn } from './ground.ts';
import type { Lane } from './lane.ts';

const REPLICAS = 2;
/** What was told to stop has this long, and then is an orphan; what was killed, to serve again. */
const PATIENCE = 20_000;

/** How things stood before the case. */
interface Before {
  readonly starts: ReadonlyMap<string, number>;
  readonly failures: number;
  readonly refused: number;
}

interface Judged {
  readonly drawn: Drawn;
  readonly from: Before;
  readonly expected: Expected;
  /** Requests that may be under way in a process that is killed. */
  readonly tolerated: number;
}

/** Everything that is not as it must be when the last command has ended. */
export async function judge(lane: Lane, judged: Judged): Promise<string[]> {
  const state = await newestIn(journalOf(lane.fixture.folder));
  if (!state?.ended) return [`stuck: ${state?.id} has no end`];
  const live = liveAfter(state);
  const { live: wanted } = judged.expected;
  return [
    ...(wanted !== null && live !== wanted ? [`${live} is live by the record, not ${wanted}`] : []),
    ...(await platform(lane, live)),
    ...(await orphans(lane)),
    ...(await duplicates(lane, judged, state)),
    ...lost(lane, judged),
  ];
}

const liveAfter = ({ ended, plan }: DeploymentState): string =>
  (ended?.result === 'succeeded' ? plan.release : plan.before.live)?.version ?? 'nothing';

async function platform(lane: Lane, live: string): Promise<string[]> {
  let serving = '';
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    const split = Object.entries((await lane.fixture.keeper())?.applied?.split ?? {});
    const routed = split.filter(([, weight]) => weight > 0);
    if (routed.length === 1 && routed[0]?.[0].startsWith(`${live}-`)) return [];
    serving = routed.map(([id, weight]) => `${id} ${weight} %`).join(', ');
    await setTimeout(50);
  }
  return [`${live} should serve, the edge has: ${serving || 'nothing'}`];
}

async function orphans({ fixture }: Lane): Promise<string[]> {
  const right = JSON.stringify({
    keeper: 1,
    edge: 1,
    service: REPLICAS,
    other: 0,
    ready: REPLICAS,
  });
  let found = '';
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    const replicas = (await fixture.keeper())?.replicas ?? [];
    const ready = replicas.filter(({ state }) => state === 'ready').length;
    found = JSON.stringify({ ...censusOf(fixture.folder), ready });
    if (found === right) return [];
    await setTimeout(50);
  }
  return [`processes: ${found} instead of ${right}`];
}

/** A new release starts each replica once; an old one again only where it had been stopped on the way. */
async function duplicates(
  { fixture }: Lane,
  { drawn, from }: Judged,
  state: DeploymentState,
): Promise<string[]> {
  const spare = drawn.blow.victim === 'replica' ? 1 : 0;
  const isForward = drawn.recoveries.every(({ kind }) => kind.startsWith('resume'));
  const again = isForward && state.ended?.result === 'succeeded' ? 0 : REPLICAS;
  const waysBack = drawn.recoveries.length;
  // A rollback that was undone itself brings back what it had begun to retire.
  const isUndone = state.plan.undoes !== null && state.ended?.result === 'rolled-back';
  const revived = isUndone ? state.plan.before.live?.id : undefined;
  const running = JSON.stringify((await fixture.keeper())?.replicas);
  return [...startsIn(fixture.starts)].flatMap(([release, count]) => {
    const earlier = from.starts.get(release);
    const first = release === revived ? 2 * REPLICAS : REPLICAS;
    const most = (earlier === undefined ? first : earlier + again * waysBack) + spare;
    return count > most
      ? [`${release} was started ${count} times, ${most} at most are right: ${running}`]
      : [];
  });
}

function lost({ traffic }: Lane, { drawn, from, tolerated }: Judged): string[] {
  const { failures, refused } = traffic.result;
  const failed = failures.slice(from.failures);
  const allowed = drawn.blow.victim === 'edge' ? tolerated : 0;
  return [
    ...(failed.length > allowed
      ? [`${failed.length} requests failed: ${[...new Set(failed)]}`]
      : []),
    ...(refused > from.refused ? [`${refused - from.refused} connections were turned away`] : []),
  ];
}
