import type { ResolvedConfig } from '../../config/index.ts';
import { type DeployError, EXIT, type ExitCode, type GateSpec } from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { liveRelease, observeLive } from '../plans/make-plan.ts';
import { tellAnswers } from '../run/gate-answers.ts';
import {
  CONFIG_OPTIONS,
  type Command,
  type Input,
  OUTPUT_OPTION,
  STORE_OPTION,
  VIA_OPTION,
  wantsJson,
} from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { realWorld } from '../shell/run-world.ts';
import { aligned } from '../shell/table.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { configOf, openPlace } from '../target/place.ts';
import { openScope } from '../target/scope.ts';

export const command: Command = {
  description: 'Check the config, and show the resolved one; nothing else is read or changed.',
  options: [
    ...CONFIG_OPTIONS,
    STORE_OPTION,
    VIA_OPTION,
    OUTPUT_OPTION,
    { flags: '--gates', description: 'also ask every gate once about the live release' },
  ],
  page: 'guide.md',
  examples: [
    ['deployctl validate', 'the config here'],
    ['deployctl validate --env production', 'with that overlay'],
    ['deployctl validate --gates', 'whether its gates find numbers, and those of one release only'],
    ['deployctl validate --output json', 'for scripts'],
  ],
  shows: true,
  run: validate,
};

async function validate(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const { config, workspace } = await configOf(input, composition).catch((error: unknown) => {
    if (wantsJson(input)) refuseValidate(input, error);
    throw error;
  });
  // Names a strategy or provider that cannot be loaded as well as one that is unknown.
  await Promise.all([
    workspace.provider(config.provider.name),
    workspace.strategy(config.strategy),
  ]);
  const found = validateSummary(config);
  const told = wantsJson(input)
    ? JSON.stringify(found)
    : displayLines(
        [...validateWords(found), `Next: ${typedAgain(input, 'deployctl plan')}`].join('\n'),
      );
  input.io.stdout.write(`${told}\n`);
  return input.options.gates === true ? askLive(input, composition) : EXIT.done;
}

async function askLive(input: Input, composition: Composition): Promise<ExitCode> {
  const scope = await openScope(input, composition);
  if (!scope.here) return EXIT.done;
  const { workspace, provider, target } = await openPlace(input, composition, scope.here);
  try {
    const parts = { workspace, provider, store: scope.store, emit: () => {} };
    const world = await realWorld(input.io, composition, parts);
    const live = await liveRelease(world, target.id, await observeLive({ provider }));
    if (!live) {
      input.io.stdout.write('Nothing is live: the gates have nothing to measure.\n');
      return EXIT.waiting;
    }
    const options = { ...input.options, release: live.version };
    const { config } = await configOf({ ...input, options }, composition);
    return await tellAnswers(input, world, { gates: config.gates, live });
  } finally {
    await provider.close();
  }
}

function refuseValidate({ io }: Input, error: unknown): void {
  if ((error as Error)?.name !== 'DeployError') return;
  const { message, why } = error as DeployError;
  io.stdout.write(
    `${JSON.stringify({ valid: false, message, problems: why?.split('\n') ?? [] })}\n`,
  );
}

/** What the config comes to: names, times and limits. Never what it hands to the service, which may be secret. */
function validateSummary(config: ResolvedConfig) {
  const { file, service, environment, release, provider, strategy, store, warnings } = config;
  const settings = config.strategies[strategy];
  return {
    valid: true,
    file,
    service,
    environment,
    release,
    provider: provider.name,
    strategy,
    stages: strategy === 'canary' ? config.strategies.canary.stages.map(stageOf) : [],
    watch: settings?.gates ?? [],
    check: settings?.check ?? [],
    bake: settings?.bake.duration ?? 0,
    gates: Object.entries(config.gates).map(gateOf),
    deadline: config.deadline,
    store,
    warnings,
  };
}

type ValidateSummary = ReturnType<typeof validateSummary>;

function stageOf(stage: ResolvedConfig['strategies']['canary']['stages'][number]) {
  const { weight, duration, gates, approval } = stage;
  return { weight, duration, gates, approval: approval !== null };
}

function gateOf([name, spec]: [string, GateSpec]) {
  const { source, interval, advisory, judge } = spec;
  return { name, source, interval, advisory, max: judge.max, min: judge.min };
}

function validateWords(found: ValidateSummary): string[] {
  const { file, service, environment, release, provider, strategy, deadline, store } = found;
  const rows = [
    ['config', file],
    ['service', environment ? `${service} (${environment})` : service],
    ['release', release],
    ['provider', provider],
    ['strategy', strategy],
    ['stages', found.stages.map(stageWords).join(' → ')],
    ['check', found.check.join(', ')],
    ['watch', found.watch.join(', ')],
    ['bake', found.bake > 0 ? formatDuration(found.bake) : ''],
    ['deadline', deadline === null ? '' : formatDuration(deadline)],
    ['store', store ?? ''],
  ];
  const gates = found.gates.map(({ name, source, interval, advisory }) => {
    return [name, source, `every ${formatDuration(interval)}`, advisory ? 'advisory' : ''];
  });
  return [
    'The config is valid.',
    ...aligned(rows.filter(([, value]) => value !== '')),
    ...(gates.length > 0 ? ['Gates:', ...aligned(gates)] : []),
  ];
}

function stageWords({ weight, duration, approval }: ValidateSummary['stages'][number]): string {
  const time = duration > 0 ? ` for ${formatDuration(duration)}` : '';
  return `${approval ? 'approval, ' : ''}${weight} %${time}`;
}
