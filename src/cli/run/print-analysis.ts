import {
  EXIT,
  type ExitCode,
  type GateRound,
  type GateSpec,
  type Release,
} from '../../contract/index.ts';
import type { Log, World } from '../../engine/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { type Input, textOption, wantsJson } from '../shell/command.ts';
import { aligned } from '../shell/table.ts';
import { type AnalysisFinding, type AnalysisQuestion, measureLive } from './analysis.ts';
import { lookTold } from './gate-progress.ts';
import { measurePast, pastSceneOf } from './past.ts';
import type { Past } from './past-span.ts';

interface PastAnalysis {
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly live: Release;
  readonly place: string;
  readonly log: Log;
  readonly span: Past;
}

export async function tellPast(
  input: Input,
  world: World,
  { gates, live, place, log, span }: PastAnalysis,
): Promise<ExitCode> {
  const scene = await pastSceneOf(log, span, live);
  const series = await measurePast(world, { ...span, gates, scene });
  const findings = series.map(({ gate, spec, points, verdict, reason }) => ({
    gate,
    verdict,
    reason:
      verdict === 'fail'
        ? `${reason}, at ${new Date(points.at(-1)?.at ?? 0).toISOString()}`
        : reason,
    value: points.at(-1)?.measurement.candidate?.value ?? null,
    readings: points.length,
    advisory: spec.advisory,
  }));
  tellFindings(input, findings, { live: scene.candidate, isPast: true });
  const file = textOption(input.options, 'html');
  if (file !== undefined) {
    const { writeAnalysis } = await import('./analysis-page.ts');
    const { version } = scene.candidate;
    await writeAnalysis(input, file, {
      version,
      stable: scene.stable?.version ?? null,
      place,
      past: span,
      series,
    });
  }
  return analysisExitOf(findings);
}

interface LiveAnalysis extends Omit<PastAnalysis, 'log' | 'span'> {
  readonly duration: number | null;
}

export async function tellLive(
  input: Input,
  world: World,
  { gates, live, place, duration }: LiveAnalysis,
): Promise<ExitCode> {
  const readings: GateRound[] = [];
  const tell = lookTold(input, { gates, live, duration });
  const heard: AnalysisQuestion['heard'] = (reading, at) => {
    readings.push({ ...reading, at });
    tell(reading);
  };
  const findings = await measureLive(world, { gates, live, duration, heard });
  tellFindings(input, findings, { live, isPast: false });
  const file = textOption(input.options, 'html');
  if (file === undefined) return analysisExitOf(findings);
  const [{ writeAnalysis }, { seriesOfRounds }] = await Promise.all([
    import('./analysis-page.ts'),
    import('./story-page.ts'),
  ]);
  const series = seriesOfRounds(gates, readings).map((one) => {
    const { verdict, reason } = findings.find(({ gate }) => gate === one.gate) ?? one;
    return { ...one, verdict, reason };
  });
  await writeAnalysis(input, file, {
    version: live.version,
    stable: null,
    place,
    past: null,
    series,
  });
  return analysisExitOf(findings);
}

function tellFindings(
  input: Input,
  findings: readonly AnalysisFinding[],
  { live, isPast }: { live: Release; isPast: boolean },
): void {
  const { stdout } = input.io;
  if (wantsJson(input)) {
    stdout.write(
      `${JSON.stringify({ release: live.id, version: live.version, gates: findings })}\n`,
    );
    return;
  }
  const rows = findings.map(({ gate, verdict, reason, advisory }) => {
    return [ANALYZE_MARKS[verdict], gate, advisory ? `${verdict} (advisory)` : verdict, reason];
  });
  stdout.write(
    `${displayLines([isPast ? `${live.version}, then:` : `${live.version} is live:`, ...aligned(rows)].join('\n'))}\n`,
  );
}

const ANALYZE_MARKS = { pass: '✔', fail: '✖', inconclusive: '?' } as const;

function analysisExitOf(findings: readonly AnalysisFinding[]): ExitCode {
  const deciding = findings.filter(({ advisory }) => !advisory);
  if (deciding.some(({ verdict }) => verdict === 'fail')) return EXIT.rolledBack;
  return deciding.every(({ verdict }) => verdict === 'pass') ? EXIT.done : EXIT.waiting;
}
