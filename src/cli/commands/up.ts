import { EXIT, type ExitCode, type Observation, type Provider } from '../../contract/index.ts';
import { type Command, type Input, TARGET_OPTIONS } from '../shell/command.ts';
import { type HostPlace, openHost, warnOfDamage } from '../target/host-place.ts';
import { titleOf } from '../target/title.ts';
import { nothingToPrint, nothingToStart, notUp } from './errors.ts';

export const command: Command = {
  description: 'Start the service again on this machine, as after a reboot. Changes no version.',
  options: [
    ...TARGET_OPTIONS,
    {
      flags: '--install-unit',
      description:
        'write a systemd unit that does this at every boot: a system unit for root, else a user unit',
    },
    { flags: '--print', description: 'with --install-unit: print the unit, write nothing' },
  ],
  page: 'one-machine.md',
  examples: [
    ['deployctl up', 'the service of the config here'],
    ['deployctl up --service shop', 'another service, from any folder'],
    ['deployctl up --install-unit --print', 'the unit that would do it at every boot'],
  ],
  run: startAgain,
};

const UP_LIMIT_MS = 60_000;
const UP_LOOK_INTERVAL_MS = 100;

async function startAgain(input: Input): Promise<ExitCode> {
  const { installUnit, print } = input.options;
  if (print && !installUnit) throw nothingToPrint();
  const place = await openHost(input, 'does not run the service on this machine');
  warnOfDamage(input, place);
  const { composition, target, connection, host } = place;
  if (installUnit) return (await import('../unit/install-unit.ts')).installUnit(input, place);
  const title = titleOf(target);
  const provider = await openProvider(place);
  const before = await provider.observe();
  if (!(await host.up(connection, composition.means))) throw nothingToStart(title);
  const observation = await untilReady(input, provider);
  const already = lackingIn(before) === undefined ? ' already' : '';
  input.io.stderr.write(`${title} is up${already}: ${upWords(observation)}.\n`);
  return EXIT.done;
}

async function openProvider({ composition, workspace, providerName, connection }: HostPlace) {
  const kind = await workspace.provider(providerName);
  return kind.open(connection, composition.means);
}

async function untilReady({ io }: Input, provider: Provider): Promise<Observation> {
  const { clock } = io;
  const until = clock.monotonic() + UP_LIMIT_MS;
  for (;;) {
    const observation = await provider.observe();
    const lacking = lackingIn(observation);
    if (!lacking) return observation;
    if (clock.monotonic() > until) throw notUp(lacking);
    await clock.sleep(UP_LOOK_INTERVAL_MS);
  }
}

const lackingIn = ({ releases }: Observation) =>
  releases.find(({ ready, desired }) => ready < desired);

function upWords({ releases }: Observation): string {
  return releases.map(({ version, ready }) => `${version} with ${ready}`).join(', ');
}
