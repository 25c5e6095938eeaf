import { EXIT, type ExitCode } from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { redacted } from '../../lib/redacted.ts';
import { checks, type DoctorCheck } from '../doctor/checkup.ts';
import {
  type Command,
  type Input,
  OUTPUT_OPTION,
  TARGET_OPTIONS,
  textOption,
  wantsJson,
} from '../shell/command.ts';
import { folded } from '../shell/io.ts';
import { typedAgain } from '../shell/typed-again.ts';

export const command: Command = {
  description:
    'Check everything that a deployment needs, and say how to fix what is wrong. Exits with 0 when everything is in order, else with 1.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    {
      flags: '--report <file>',
      description: 'write the findings, without names and secrets, to attach to a bug report',
    },
    {
      flags: '--repair',
      description:
        'move damaged records at the end of a log aside, so that the log can be written again; nothing is deleted',
    },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl doctor', 'Node, config, journal, platform, the service as users reach it, ports'],
    ['deployctl doctor --store file:///srv/journal', 'another journal'],
    ['deployctl doctor --report report.md', 'a file for a bug report; read it before you send it'],
    ['deployctl doctor --repair', 'when doctor has reported damage at the end of a log'],
  ],
  shows: true,
  run: doctor,
};

async function doctor(input: Input): Promise<ExitCode> {
  const { stdout } = input.io;
  const found: DoctorCheck[] = [];
  for await (const bare of checks(input)) {
    // What was typed may name somebody's folder: a report is without it.
    found.push(bare);
    const check = { ...bare, advice: bare.advice && typedAgain(input, bare.advice) };
    stdout.write(
      wantsJson(input)
        ? `${JSON.stringify(redacted(check, input.io.redact))}\n`
        : `${folded(stdout, doctorWords(check)).join('\n')}\n`,
    );
  }
  await report(input, found);
  return found.every(({ ok }) => ok) ? EXIT.done : EXIT.couldNotRun;
}

async function report(input: Input, found: readonly DoctorCheck[]): Promise<void> {
  const file = textOption(input.options, 'report');
  if (file === undefined) return;
  const { bugReport } = await import('../doctor/bug-report.ts');
  await input.io.writeFile(file, await bugReport(input, found));
  input.io.stderr.write(`Written: ${displayLines(file)}. Read it before you attach it.\n`);
}

function doctorWords({ name, ok, found, advice }: DoctorCheck): readonly string[] {
  const lines = [`${ok ? '✔' : '✖'} ${name}: ${found}`, ...(advice ? [`    ${advice}`] : [])];
  return displayLines(lines.join('\n').replaceAll(/\n(?! )/g, '\n    ')).split('\n');
}
