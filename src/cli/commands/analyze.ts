import type { ExitCode, GateSpec, Release } from '../../contract/index.ts';
import { liveRelease, observeLive } from '../plans/make-plan.ts';
import { tellBacktest } from '../run/backtest.ts';
import { DETECTION_OPTIONS, riseOf, tellDetection } from '../run/detection.ts';
import { pastOf } from '../run/past-span.ts';
import { tellLive, tellPast } from '../run/print-analysis.ts';
import {
  type Command,
  countOption,
  durationOption,
  type Input,
  list,
  OUTPUT_OPTION,
  PLACE_OPTIONS,
  STORE_OPTION,
  VIA_OPTION,
} from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { realWorld } from '../shell/run-world.ts';
import { configOf, openPlace } from '../target/place.ts';
import { openScope } from '../target/scope.ts';
import { noConfigToAnalyze, noGates, nothingToMeasure, unknownGate } from './errors.ts';

export const command: Command = {
  arguments: '[import] [file]',
  description:
    'Ask the gates of the config about the live release. Exits with 0 when all pass, 3 when one fails, 5 when one cannot tell.',
  options: [
    ...PLACE_OPTIONS,
    STORE_OPTION,
    VIA_OPTION,
    OUTPUT_OPTION,
    { flags: '--gate <name>', description: 'only this one (repeatable)', many: true },
    {
      flags: '--for <duration>',
      description: 'how long to measure (default: until each gate has a verdict, at most 10s)',
    },
    {
      flags: '--deployments <count>',
      description: 'judge again what the newest deployments recorded, without asking a source',
    },
    ...DETECTION_OPTIONS,
    {
      flags: '--from <time>',
      description:
        'judge a past time, such as 2026-11-28T10:00Z or 2h (ago), with the sources that can look back',
    },
    { flags: '--to <time>', description: 'end of that time (default: now)' },
    {
      flags: '--judge <name>',
      description:
        'with import: kayenta, for a canary config whose gates keep the judge of Kayenta',
    },
    {
      flags: '--html <file>',
      description: 'write the result as one page with charts, which opens offline',
    },
  ],
  page: 'guide.md',
  examples: [
    ['deployctl analyze', 'every gate'],
    ['deployctl analyze --gate errors --gate slow --for 1m', 'two of them, for a minute'],
    [
      'deployctl analyze --from 2h --to 1h --html then.html',
      'what they would have said an hour ago',
    ],
    ['deployctl analyze --deployments 10', 'which of them would these gates have stopped?'],
    ['deployctl analyze import template.yaml', 'gates from an AnalysisTemplate or a canary config'],
    [
      'deployctl analyze --traffic 40/s --weight 5% --risen 1%',
      'how soon would a gate detect that?',
    ],
  ],
  shows: true,
  run: analyze,
};

async function analyze(input: Input): Promise<ExitCode> {
  const [verb, file] = input.args;
  if (verb !== undefined) {
    const [{ importGates }, { gatesNotImported }] = await Promise.all([
      import('../run/import-gates.ts'),
      import('../run/errors.ts'),
    ]);
    if (verb !== 'import')
      throw gatesNotImported(`analyze has no ${JSON.stringify(verb)}, only import.`);
    return importGates(input, file);
  }
  const span = pastOf(input);
  const duration = durationOption(input, 'for');
  const [rise, past] = [riseOf(input), countOption(input, 'deployments', 1)];
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  if (!scope.here) throw noConfigToAnalyze();
  if (rise) return tellDetection(input, rise, chosen(input, await configGates(input, composition)));
  const { workspace, provider, target } = await openPlace(input, composition, scope.here);
  try {
    const parts = { workspace, provider, store: scope.store, emit: () => {} };
    const world = await realWorld(input.io, composition, parts);
    if (past !== null) {
      const gates = chosen(input, await configGates(input, composition));
      return await tellBacktest(input, world, { gates, target: target.id, past });
    }
    const live = await liveRelease(world, target.id, await observeLive({ provider }));
    if (!live) throw nothingToMeasure(target);
    const gates = chosen(input, await gatesFor(input, composition, live));
    const place = target.identity.label;
    if (span) {
      const log = { store: scope.store, target: target.id };
      return await tellPast(input, world, { gates, live, place, log, span });
    }
    return await tellLive(input, world, { gates, live, place, duration });
  } finally {
    await provider.close();
  }
}

/** Where nothing is asked of a release, any will do. */
const configGates = (input: Input, composition: Composition) =>
  gatesFor(input, composition, { version: 'any' });

/** The gates as they are for the release that is live: some ask for its version. */
async function gatesFor(
  input: Input,
  composition: Composition,
  { version }: Pick<Release, 'version'>,
) {
  const { config } = await configOf(
    { ...input, options: { ...input.options, release: version } },
    composition,
  );
  return config.gates;
}

function chosen(
  input: Input,
  gates: Readonly<Record<string, GateSpec>>,
): Readonly<Record<string, GateSpec>> {
  const names = list(input.options, 'gate');
  const known = Object.keys(gates);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw unknownGate(wrong, known);
  const entries = Object.entries(gates).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  if (entries.length > 0) return Object.fromEntries(entries);
  throw noGates();
}
