import { EXIT, type ExitCode } from '../../contract/index.ts';
import {
  awaitEnd,
  type DeploymentState,
  heldError,
  judgeLock,
  readNewest,
  sendControl,
} from '../../engine/index.ts';
import { confirmed } from '../prompt/confirm.ts';
import { type Command, type Input, TARGET_OPTIONS, YES_OPTION } from '../shell/command.ts';
import { realWorld } from '../shell/run-world.ts';
import { aligned } from '../shell/table.ts';
import { type HostPlace, openHost, warnOfDamage } from '../target/host-place.ts';
import { openRecorded } from '../target/place.ts';
import { titleOf } from '../target/title.ts';
import { cannotTellRunning, deploymentRuns } from './errors.ts';

export const command: Command = {
  description:
    'Stop everything that was started for the service on this machine, and nothing else. The journal is kept.',
  options: [
    ...TARGET_OPTIONS,
    YES_OPTION,
    {
      flags: '--force',
      description:
        'stop even while a deployment runs (it is paused first), or when a damaged journal cannot tell',
    },
  ],
  page: 'one-machine.md',
  examples: [
    ['deployctl down', 'the service of the config here; asks first'],
    ['deployctl down --service shop --yes', 'asks nothing'],
  ],
  run: takeDown,
};

async function takeDown(input: Input): Promise<ExitCode> {
  const place = await openHost(input, 'does not run the service on this machine');
  const { state, damage, target, connection, host } = place;
  if (damage && !input.options.force)
    throw cannotTellRunning(damage, titleOf(place.target), place.store.url);
  warnOfDamage(input, place);
  const open = state && !state.ended ? state : null;
  if (open) await settleRunning(input, place, open);
  const title = titleOf(target);
  await confirmed(input, `Stop all of ${title}? It will no longer serve its users.`);
  const ran = await host.down(connection);
  const { stderr } = input.io;
  stderr.write(ran ? `All of ${title} is stopped.\n` : `Nothing of ${title} was running.\n`);
  if (open) stderr.write(remains(open));
  return EXIT.done;
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
  if (!options.force) throw deploymentRuns(heldError(open, world.clock.wall()), open.id);
  const { actor } = world.holder;
  await sendControl(world, open, { kind: 'pause', reason: 'the service is taken down', actor });
  const [limit, over] = [new AbortController(), new AbortController()];
  void io.clock.sleep(world.pace.call, over.signal).then(() => limit.abort());
  const after = await awaitEnd(world, { target: target.id, chapter: open.chapter }, limit.signal);
  over.abort();
  if ((await judgeLock(world, after, signal)) === 'alive')
    throw deploymentRuns(heldError(open, world.clock.wall()), open.id);
}

function remains({ id, plan }: DeploymentState): string {
  const before = plan.before.live;
  const back = before ? `starts ${before.version} again` : 'leaves nothing running';
  return [
    `Deployment ${id} stays unfinished in the journal. To end it:`,
    ...aligned([
      [`deployctl rollback ${id}`, back],
      ['deployctl deploy --supersede cancel-older', 'does that, then deploys again'],
    ]),
    '',
  ].join('\n');
}
