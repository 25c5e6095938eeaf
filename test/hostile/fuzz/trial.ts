import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryProvider } from '../../../providers/memory/index.ts';
import { renderPlan } from '../../../reporters/plan-table/index.ts';
import { catalogueWith, extensionsOf } from '../../../src/compose/extensions.ts';
import { loadConfig, type ResolvedConfig } from '../../../src/config/index.ts';
import { type LoadOptions, loadFrom } from '../../../src/config/load.ts';
import { configIn } from '../../../src/config/source/read.ts';
import {
  DeployError,
  type Plan,
  type Release,
  type Strategy,
} from '../../../src/contract/index.ts';
import { freezePlan } from '../../../src/engine/plan/plan.ts';
import { displaySafe } from '../../../src/lib/display-safe.ts';
import { meansOf } from '../../helpers/calls.ts';
import { strategies } from '../../strategies/every.ts';
import type { Input } from './input.ts';
import { pollution, unlikeData } from './purity.ts';

export interface Outcome {
  readonly end: 'planned' | 'refused';
  /** What must never be, in words; the first words say which kind it is. */
  readonly faults: readonly string[];
  /** What a person is told. */
  readonly said: string;
}

const EXTENSIONS = extensionsOf(catalogueWith());

const ENV: Readonly<Record<string, string>> = {
  X: '5',
  LOOP: `\${env.LOOP}`,
  SECRET_TOKEN: 'hunter2hunter2',
  EMPTY: '',
  NASTY: `"}: [\n__proto__: \${service}`,
};

const UNITS = {
  desired: 4,
  ready: 4,
  starting: 0,
  capacity: 100,
  health: 'healthy',
  restarts: 0,
  labels: {},
  note: null,
} as const;

/** A person reads this much, and no terminal is flooded. */
const LONGEST = 20_000;

/** A config through all that a command does with it before anything is touched. */
export async function trial(input: Input, folder: string): Promise<Outcome> {
  let outcome: Outcome;
  try {
    const config = await loaded(input, folder);
    outcome = planned(config, await planOf(config));
  } catch (error) {
    outcome = refused(error);
  }
  return { ...outcome, faults: [...outcome.faults, ...pollution()] };
}

/** Of so many inputs one is a file that must be found; the others cost a tenth of that. */
const FILES_OF = 20;

function loaded({ file, bytes, flags }: Input, folder: string): Promise<ResolvedConfig> {
  const options: LoadOptions = {
    ...flags,
    folder,
    env: ENV,
    git: async () => 'abc1234',
    extensions: EXTENSIONS,
  };
  if (bytes.length % FILES_OF > 0)
    return loadFrom(configIn(join(folder, file), file, bytes), options);
  writeFileSync(join(folder, file), bytes);
  return loadConfig(options);
}

async function planOf(config: ResolvedConfig): Promise<Plan> {
  const { service, environment, folder, provider, release: version } = config;
  const surroundings = { service, environment, folder, env: ENV };
  const connection = memoryProvider.connection(provider.settings, surroundings);
  const opened = await memoryProvider.open(connection, meansOf(ENV));
  const { identity } = opened;
  const release = await memoryProvider.release({
    version,
    settings: provider.settings,
    surroundings,
    provider: opened,
    readSecret: meansOf(ENV).readSecret,
    artifact: null,
  });
  const live: Release = { ...release, id: 'before', version: 'before' };
  const seen = { ...UNITS, id: live.id, version: live.version, release: live };
  const observation = {
    ...(await opened.observe()),
    releases: [seen],
    live: live.id,
    split: { [live.id]: 100 },
  };
  const strategy = strategies[config.strategy as keyof typeof strategies] as Strategy;
  const settings = config.strategies[config.strategy] as Parameters<
    Strategy['plan']
  >[0]['settings'];
  const steps = strategy.plan({ observation, release, live, settings });
  return freezePlan({
    folder,
    observation,
    live,
    release,
    steps,
    strategy: config.strategy,
    undoes: null,
    notes: observation.notes,
    target: { id: 'fuzz', service, environment, identity },
    provider: { name: 'memory', connection },
    gates: config.gates,
    deadline: config.deadline,
    rollbackDeadline: config.rollbackDeadline,
    onInterrupt: config.onInterrupt,
  });
}

function planned(config: ResolvedConfig, plan: Plan): Outcome {
  const said = renderPlan(plan, { columns: 100, color: false });
  const faults = [
    ...unlikeData(config).map((what) => `not data: ${what}`),
    ...(plan.steps.length === 0 ? ['no plan: it has no steps'] : []),
    ...wrongWords(said),
    ...(/native code|hunter2/.test(JSON.stringify([config, plan])) ? ['leak: into the plan'] : []),
  ];
  return { end: 'planned', faults, said };
}

const REFUSALS = ['config-invalid', 'config-missing', 'unknown-name', 'plan-refused', 'usage'];

function refused(error: unknown): Outcome {
  if (!(error instanceof DeployError)) return { end: 'refused', faults: [crash(error)], said: '' };
  const { code, message, why, state, next } = error;
  const said = [message, why, state, ...next].join('\n');
  const faults = [
    ...(REFUSALS.includes(code) ? [] : [`wrong code: ${code}`]),
    ...(said.length > LONGEST ? [`too long: ${said.length} characters`] : []),
    ...wrongWords(said),
    ...placeless(error).map((line) => `no place: ${line}`),
    ...(said.includes('hunter2') ? ['leak: into the message'] : []),
  ];
  return { end: 'refused', faults, said };
}

function crash(error: unknown): string {
  const { name, message, stack = '' } = error as Error;
  const frame = stack
    .split('\n')
    .find((line) => line.includes('/src/') || line.includes('/strategies/'));
  return `crash: ${name}: ${String(message).slice(0, 200)} ${frame?.trim() ?? ''}`;
}

function wrongWords(said: string): string[] {
  const wrong = /\bundefined\b|\[object|something else|NaN|Infinity|native code|at least :/.exec(
    said,
  )?.[0];
  return [
    ...(wrong ? [`wrong words: ${wrong} in ${said.slice(0, 300)}`] : []),
    ...(displaySafe(said) === said ? [] : [`unsafe: ${JSON.stringify(said.slice(0, 300))}`]),
  ];
}

/** Every line says where: a file with line and column, a flag, or the whole file. */
function placeless({ code, why, message }: DeployError): string[] {
  if (code !== 'config-invalid' || message.startsWith('--set ')) return [];
  return (why ?? '').split('\n').filter((line) => {
    return !/^(--\w+|\S*\.(yaml|json)(:\d+:\d+)?) {2}\S|^… and \d+ more$/.test(line);
  });
}
