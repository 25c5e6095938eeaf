import { DeployError, EXIT, type ExitCode } from '../../contract/index.ts';
import {
  awaitEnd,
  type DeploymentState,
  heldError,
  judgeLock,
  readNewest,
  sendControl,
  type World,
} from '../../engine/index.ts';
import { confirmed } from '../prompt/confirm.ts';
import { type Command, type Input, TARGET_OPTIONS, YES_OPTION } from '../shell/command.ts';
import { realWorld } from '../shell/run-world.ts';
import { aligned } from '../shell/table.ts';
import { type HostPlace, openHost, warnOfDamage } from '../target/host-place.ts';
import { openRecorded } from '../target/place.ts';
import { titleOf } from '../target/title.ts';

export const command: Command = {
  description:
    'Stop everything that was started for the service on this machine, and nothing else. The record stays.',
  options: [
    ...TARGET_OPTIONS,
    YES_OPTION,
    {
      flags: '--force',
      description:
        'even while a deployment runs: it is paused first; or where a damaged journal cannot say',
    },
  ],
  examples: [
    ['deployctl down', 'the service of the config here; asks first'],
    ['deployctl down --service shop --yes', 'asks nothing'],
  ],
  run: runDownCommand,
};

async function runDownCommand(input: Input): Promise<ExitCode> {
  const place = await openHost(input, 'does not run the service on this machine');
  const { state, damage, target, connection, host } = place;
  if (damage && !input.options.force) throw unsure(damage, place);
  warnOfDamage(input, place);
  const open = state && !state.ended ? state : null;
  if (open) await settleRunning(input, place, open);
  const title = titleOf(target);
  await confirmed(input, `Stop all of ${title}? Its users are cut off.`);
  const ran = await host.down(connection);
  const { stderr } = input.io;
  stderr.write(ran ? `All of ${title} is stopped.\n` : `Nothing of ${title} ran.\n`);
  if (open) stderr.write(remains(open));
  return EXIT.done;
}

/** One that runs could not be told to let go: a person has to know that there is none. */
function unsure({ code, message }: DeployError, { target, store }: HostPlace): DeployError {
  return new DeployError(code, {
    message: `Cannot tell whether a deployment of ${titleOf(target)} is running: ${message}`,
    why: 'One that runs would start again what is stopped here. --force does not ask.',
    state: 'Nothing was stopped.',
    next: ['deployctl down --force', `deployctl doctor --store ${store.url}`],
  });
}

/** A deployment that goes on would start again what is stopped here: its holder has to let go first. */
async function settleRunning(input: Input, place: HostPlace, open: DeploymentState): Promise<void> {
  const { io, options } = input;
  const { composition, store, target } = place;
  const { workspace, provider } = await openRecorded(input, composition, {
    workspace: place.workspace,
    plan: open.plan,
  });
  const world = await realWorld(io, composition, { workspace, provider, store, emit: () => {} });
  const { signal } = new AbortController();
  const newest = await readNewest(world, target.id);
  if ((await judgeLock(world, newest, signal)) !== 'alive') return;
  if (!options.force) throw running(open, world);
  const { actor } = world.holder;
  await sendControl(world, open, { kind: 'pause', reason: 'the service is taken down', actor });
  const [limit, over] = [new AbortController(), new AbortController()];
  void io.clock.sleep(world.pace.call, over.signal).then(() => limit.abort());
  const after = await awaitEnd(world, { target: target.id, chapter: open.chapter }, limit.signal);
  over.abort();
  if ((await judgeLock(world, after, signal)) === 'alive') throw running(open, world);
}

function running(open: DeploymentState, world: World): DeployError {
  const { message, why } = heldError(open, world.clock.wall());
  return new DeployError('held', {
    message,
    why,
    state: 'Nothing was stopped.',
    next: [`deployctl rollback ${open.id}`, 'deployctl down --force'],
  });
}

function remains({ id, plan }: DeploymentState): string {
  const before = plan.before.live;
  const back = before ? `starts ${before.version} again` : 'leaves nothing running';
  return [
    `Deployment ${id} stays unfinished in the record. What ends it:`,
    ...aligned([
      [`deployctl rollback ${id}`, back],
      ['deployctl deploy --supersede cancel-older', 'does that, then deploys anew'],
    ]),
    '',
  ].join('\n');
}
