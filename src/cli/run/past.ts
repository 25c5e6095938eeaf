import {
  type GateSource,
  type GateSpec,
  isOperation,
  type JournalRecord,
  type Measurement,
  type MeasureRequest,
  type Observation,
  type Release,
  type Window,
} from '../../contract/index.ts';
import { type Log, listDeployments, readChapterSince, type World } from '../../engine/index.ts';
import type { GateSeries, SeriesPoint } from '../page/series.ts';
import { tooManyWindows } from './errors.ts';
import type { Past } from './past-span.ts';

/** Who was new then and who was stable, and when traffic moved. */
export interface PastScene {
  readonly candidate: Release;
  readonly stable: Release | null;
  readonly deployment: string;
  readonly moved: readonly number[];
}

interface PastQuestion extends Past {
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly scene: PastScene;
}

/** More would take a server long, and say no more. */
const WINDOWS_MAX = 2000;

/** The deployment that went on then; where none did, what is live is judged alone. */
export async function pastSceneOf(log: Log, { from, to }: Past, live: Release): Promise<PastScene> {
  for await (const { first, last } of listDeployments(log)) {
    if (last.at < from && last.body.kind === 'ended') break;
    if (first.at > to || first.body.kind !== 'opened') continue;
    const { plan } = first.body;
    const records = await readChapterSince(log, first.chapter, first.chapter);
    return {
      candidate: plan.release,
      stable: plan.before.live,
      deployment: first.deployment,
      moved: movesIn(records),
    };
  }
  return { candidate: live, stable: null, deployment: 'analysis', moved: [] };
}

/** Windows are not to span a change of weight, from when it was begun until it was read back. */
function movesIn(records: readonly JournalRecord[]): readonly number[] {
  const [opened] = records;
  if (opened?.body.kind !== 'opened') return [];
  const routes = new Set(
    opened.body.plan.steps
      .filter(({ action }) => isOperation(action) && action.kind === 'route')
      .map(({ id }) => id),
  );
  return records.flatMap(({ at, body }) => {
    if (body.kind === 'turned') return [at];
    const steps = body.kind === 'step' ? [body.intent, body.outcome?.step] : [];
    return steps.some((step) => step != null && routes.has(step)) ? [at] : [];
  });
}

/** The windows of then through the judge of now: what would have been said, and when. */
export async function measurePast(world: World, asked: PastQuestion): Promise<GateSeries[]> {
  const seen = await world.provider.observe();
  return Promise.all(
    Object.entries(asked.gates).map(async ([gate, spec]) => {
      const source = await world.source(spec.source);
      if (!source.past || !spec.windowed)
        return unasked(gate, spec, `${spec.source} cannot be asked about the past`);
      return replayed(world, { gate, spec, source }, { ...asked, seen });
    }),
  );
}

const unasked = (gate: string, spec: GateSpec, reason: string): GateSeries => ({
  gate,
  spec,
  points: [],
  verdict: 'inconclusive',
  reason,
});

interface AskedPastGate {
  readonly gate: string;
  readonly spec: GateSpec;
  readonly source: GateSource;
}

async function replayed(
  world: World,
  { gate, spec, source }: AskedPastGate,
  asked: PastQuestion & { readonly seen: Observation },
): Promise<GateSeries> {
  const { judge, clock } = world;
  const points: SeriesPoint[] = [];
  let state = judge.begin(null, false);
  for (const window of windowsOf(spec, asked, clock.wall())) {
    const measurement = await askPast({ spec, source }, window, asked);
    const judged = judge.judge(spec.judge, state, { measurement, at: window.to });
    state = judged.state;
    const { verdict, reason } = judged.judgement;
    points.push({ at: window.to, measurement, verdict, reason });
    if (verdict === 'fail') return { gate, spec, points, verdict, reason };
  }
  if (points.length === 0) return unasked(gate, spec, 'no whole window lies in this time');
  const { verdict, reason } = judge.final(spec.judge, state);
  return { gate, spec, points, verdict, reason };
}

function windowsOf(
  { interval, align = 1, delay }: GateSpec,
  { from, to, scene }: PastQuestion,
  now: number,
): readonly Window[] {
  const windows: Window[] = [];
  const newest = Math.min(to, now - delay);
  let at = Math.ceil(from / align) * align;
  while (at + interval <= newest) {
    const end = at + interval;
    const move = scene.moved.findLast((moved) => moved > at && moved < end);
    if (move === undefined) windows.push({ from: at, to: end, span: interval, age: now - end });
    at = move === undefined ? end : Math.ceil(move / align) * align;
  }
  if (windows.length > WINDOWS_MAX)
    throw tooManyWindows({ windows: windows.length, most: WINDOWS_MAX, interval });
  return windows;
}

async function askPast(
  { spec, source }: Omit<AskedPastGate, 'gate'>,
  window: Window,
  { scene, seen }: PastQuestion & { readonly seen: Observation },
): Promise<Measurement> {
  const { candidate, deployment } = scene;
  const stable = spec.judge.compare || spec.judge.kayenta ? scene.stable : null;
  const labelsOf = (id: string) => seen.releases.find((one) => one.id === id)?.labels ?? {};
  const request: MeasureRequest = {
    settings: spec.settings,
    subject: { deployment, candidate, stable, track: 'candidate' },
    window,
    observe: async () => seen,
    labels: async () => ({
      service: seen.labels,
      candidate: labelsOf(candidate.id),
      stable: stable && labelsOf(stable.id),
    }),
    reach: async () => null,
    signal: AbortSignal.timeout(spec.timeout),
  };
  return source.measure(request).catch((error: Error) => ({
    kind: 'sourceError' as const,
    candidate: null,
    stable: null,
    unit: 'ratio' as const,
    detail: error.message,
  }));
}
