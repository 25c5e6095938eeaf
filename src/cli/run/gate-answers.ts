import {
  EXIT,
  type ExitCode,
  type GateSpec,
  type LabelName,
  type Labels,
  type Measurement,
  type MeasureRequest,
  type Release,
} from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { type Input, wantsJson } from '../shell/command.ts';
import { aligned } from '../shell/table.ts';
import { type AnalysisFinding, measureLive } from './analysis.ts';

/** What a gate's source says of what is live, and whether it can tell one release from another. */
interface GateAnswer {
  readonly gate: string;
  readonly source: string;
  /** It has counted or measured something. */
  readonly answered: boolean;
  readonly said: string;
  /** What to change so that its numbers are those of one release; null where they are. */
  readonly advice: string | null;
}

/** Labels that differ from release to release; the others are those of the place. */
const OF_A_RELEASE: readonly LabelName[] = [
  'workload',
  'podTemplateHash',
  'service',
  'targetGroup',
  'functionVersion',
  'deployment',
  'version',
  'release',
];

const ADVICE =
  'the same numbers come back for a release that there is not: add a label that tells releases apart, with {{version}}, {{release}}, {{workload}} or {{podTemplateHash}} as its value';

const NOBODY = 'nobody-is-called-so';
const LONGEST_ASKING_MS = 10_000;

/** Asks every source once for what serves now, and once for a release that there is not. */
async function askGates(
  world: World,
  gates: Readonly<Record<string, GateSpec>>,
  live: Release,
): Promise<readonly GateAnswer[]> {
  const alone = Object.fromEntries(
    Object.entries(gates).map(([name, spec]) => [
      name,
      { ...spec, judge: withoutComparison(spec.judge) },
    ]),
  );
  const findings = await measureLive(world, { gates: alone, live, duration: null, once: true });
  return Promise.all(
    findings.map((finding) =>
      answerOf(world, finding, { spec: gates[finding.gate] as GateSpec, live }),
    ),
  );
}

function withoutComparison({ kayenta: _, ...judge }: GateSpec['judge']): GateSpec['judge'] {
  return { ...judge, compare: null };
}

async function answerOf(
  world: World,
  { gate, reason, readings, verdict, value }: AnalysisFinding,
  { spec, live }: { readonly spec: GateSpec; readonly live: Release },
): Promise<GateAnswer> {
  const { source } = spec;
  const answered = readings > 0 && (value !== null || verdict !== 'inconclusive');
  const said = reason.replace(/, no limit to judge it by$/, '');
  if (!spec.windowed || !answered) return { gate, source, answered, said, advice: null };
  const { kind } = await askForNobody(world, spec, live);
  return { gate, source, answered, said, advice: kind === 'ok' ? ADVICE : null };
}

async function askForNobody(world: World, spec: GateSpec, live: Release): Promise<Measurement> {
  const { interval: span, delay, align = 1 } = spec;
  const source = await world.source(spec.source);
  const seen = await world.provider.observe();
  const now = world.clock.wall();
  const to = Math.floor((now - delay) / align) * align;
  const own = seen.releases.find(({ id }) => id === live.id)?.labels ?? {};
  const candidate: Release = { ...live, id: NOBODY, version: NOBODY };
  const request: MeasureRequest = {
    settings: { ...spec.settings },
    subject: { deployment: 'analysis', candidate, stable: null, track: 'candidate' },
    window: { from: to - span, to, span, age: now - to },
    observe: async () => seen,
    labels: async () => ({ service: seen.labels, candidate: strange(own), stable: null }),
    reach: async () => null,
    signal: AbortSignal.timeout(LONGEST_ASKING_MS),
  };
  return source.measure(request);
}

function strange(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      name,
      OF_A_RELEASE.some((one) => one === name) ? NOBODY : value,
    ]),
  );
}

/** Exits 2 where releases cannot be told apart, 5 where a source has nothing to say. */
export async function tellAnswers(
  input: Input,
  world: World,
  asked: { readonly gates: Readonly<Record<string, GateSpec>>; readonly live: Release },
): Promise<ExitCode> {
  const answers = await askGates(world, asked.gates, asked.live);
  const rows = answers.map(({ gate, source, answered, said, advice }) => [
    advice ? '✖' : answered ? '✔' : '?',
    gate,
    source,
    advice ? `${said}; ${advice}` : said,
  ]);
  const lines = [`What the gates say of ${asked.live.version}, which is live:`, ...aligned(rows)];
  const told = wantsJson(input)
    ? JSON.stringify({ live: asked.live.version, answers })
    : displayLines(lines.join('\n'));
  input.io.stdout.write(`${told}\n`);
  if (answers.some(({ advice }) => advice !== null)) return EXIT.usage;
  return answers.every(({ answered }) => answered) ? EXIT.done : EXIT.waiting;
}
