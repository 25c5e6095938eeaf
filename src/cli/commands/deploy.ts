import { DeployError, EXIT, type ExitCode, type Plan } from '../../contract/index.ts';
import { checkSavedPlan, clearTheWay, type Supersede, type World } from '../../engine/index.ts';
import { type Command, CONFIG_OPTIONS, durationOption, type Input, OUTPUT_OPTION, STORE_OPTION, text } from '../command.ts';
import type { Composition } from '../composition.ts';
import { liveRelease, makeBootstrapPlan, makePlan } from '../making.ts';
import { beginRunning, type Running, runPlan } from '../running.ts';
import { type ConfiguredPlace, openConfigured, openRecorded, openStore } from '../target.ts';

export const command: Command = {
  description: 'Deploy a release: plan it, run the plan, and go back when a gate fails.',
  options: [
    ...CONFIG_OPTIONS,
    STORE_OPTION,
    OUTPUT_OPTION,
    { flags: '--plan <file>', description: 'run exactly this plan, made by `deployctl plan --out`' },
    { flags: '--supersede <policy>', description: 'what to do about a deployment that runs', choices: ['reject', 'queue', 'cancel-older'] },
    { flags: '--wait-lock <duration>', description: 'how long to wait for a running deployment to end' },
    { flags: '--deadline <duration>', description: 'for the whole: what is not finished by then goes back' },
    { flags: '--on-interrupt <what>', description: 'what Ctrl-C leads to', choices: ['pause', 'rollback'] },
    { flags: '--wait-approval', description: 'wait for approvals even where nobody sits at a terminal' },
    { flags: '-y, --yes', description: 'ask nothing' },
  ],
  examples: [
    ['deployctl deploy', 'the release and strategy that the config names'],
    ['deployctl deploy --release v42 --strategy canary --env production', 'another version, strategy and environment'],
    ['deployctl deploy --plan plan.json', 'exactly what was reviewed'],
    ['deployctl deploy --output json | jq .type', 'one event per line'],
  ],
  run: deploy,
};

async function deploy(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const file = text(input.options, 'plan');
  return file ? deploySaved(input, composition, file) : deployConfigured(input, composition);
}

async function deployConfigured(input: Input, composition: Composition): Promise<ExitCode> {
  const place = await openConfigured(input, composition);
  const store = await openStore(input, composition, place.config);
  const running = await beginRunning(input, composition, { ...waiting(input), provider: place.provider, store });
  try {
    await store.probe();
    const first = await bootstrap(input, composition, running, place);
    return first === EXIT.done ? await deployWanted(input, composition, running, place) : first;
  } finally {
    await running.close();
  }
}

/** On a target where nothing is live, what the config wants there first. */
async function bootstrap(input: Input, composition: Composition, { world }: Running, place: ConfiguredPlace): Promise<ExitCode> {
  const newest = await clear(input, world, place.target.id, place.config.supersede);
  const plan = await makeBootstrapPlan(world, composition, place);
  return plan ? (await runPlan(world, plan, newest)).exit : EXIT.done;
}

async function deployWanted(input: Input, composition: Composition, running: Running, place: ConfiguredPlace): Promise<ExitCode> {
  const { world } = running;
  const newest = await clear(input, world, place.target.id, place.config.supersede);
  const plan = await makePlan(world, composition, place);
  if (!plan) {
    input.io.stderr.write(`${place.config.release} is live already: nothing to do.\n`);
    return EXIT.done;
  }
  return (await runPlan(world, plan, newest)).exit;
}

async function deploySaved(input: Input, composition: Composition, file: string): Promise<ExitCode> {
  const plan = parsePlan(await input.io.readFile(file), file);
  const place = await openRecorded(input, composition, plan);
  const store = await openStore(input, composition);
  const running = await beginRunning(input, composition, { ...waiting(input), provider: place.provider, store });
  try {
    await store.probe();
    const newest = await clear(input, running.world, place.target.id, 'reject');
    const observation = await place.provider.observe();
    checkSavedPlan(plan, observation, await liveRelease(running.world, place.target.id, observation));
    return (await runPlan(running.world, plan, newest)).exit;
  } finally {
    await running.close();
  }
}

function parsePlan(content: string, file: string): Plan {
  try {
    return JSON.parse(content) as Plan;
  } catch (cause) {
    throw new DeployError('usage', { message: `${file} is not a plan: it is not JSON.`, next: [`deployctl plan --out ${file}`], cause });
  }
}

async function clear(input: Input, world: World, target: string, configured: Supersede) {
  const supersede = (text(input.options, 'supersede') ?? configured) as Supersede;
  const wait = durationOption(input, 'waitLock');
  const signal = new AbortController();
  const unlisten = world.interrupts.listen(() => signal.abort());
  try {
    const forever = Number.MAX_SAFE_INTEGER;
    return await clearTheWay(world, target, { supersede, wait: wait ?? (supersede === 'queue' ? forever : 0), signal: signal.signal });
  } finally {
    unlisten();
  }
}

function waiting(input: Input): { waitForApproval?: boolean } {
  return input.options.waitApproval ? { waitForApproval: true } : {};
}
