import { EXIT, type ExitCode } from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { redacted } from '../../lib/redacted.ts';
import { type Check, checks } from '../checkup.ts';
import { type Command, type Input, OUTPUT_OPTION, TARGET_OPTIONS, wantsJson } from '../command.ts';

export const command: Command = {
  description:
    'Check everything that a deployment needs, and say what to do about what is wrong. Exits 0 when all is well, else 1.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    {
      flags: '--repair',
      description:
        'set aside what is damaged at the end of a log, so that it can be written again; nothing is thrown away',
    },
  ],
  examples: [
    ['deployctl doctor', 'Node, config, journal, provider, ports, clock'],
    ['deployctl doctor --store file:///srv/journal', 'another journal'],
    ['deployctl doctor --repair', 'after it has said that the end of a log is damaged'],
  ],
  shows: true,
  run: doctor,
};

async function doctor(input: Input): Promise<ExitCode> {
  const { stdout } = input.io;
  let isWell = true;
  for await (const check of checks(input)) {
    isWell &&= check.ok;
    stdout.write(
      wantsJson(input)
        ? `${JSON.stringify(redacted(check, input.io.redact))}\n`
        : `${words(check)}\n`,
    );
  }
  return isWell ? EXIT.done : EXIT.couldNotRun;
}

function words({ name, ok, found, advice }: Check): string {
  const lines = [`${ok ? '✔' : '✖'} ${name}: ${found}`, ...(advice ? [`    ${advice}`] : [])];
  return displayLines(lines.join('\n').replaceAll(/\n(?! )/g, '\n    '));
}
