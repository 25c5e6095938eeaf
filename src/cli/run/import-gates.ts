import { resolve } from 'node:path';
import { EXIT, type ExitCode, type Json } from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { type Input, textOption, wantsJson } from '../shell/command.ts';
import { gatesNotImported } from './errors.ts';

/** Gates of another tool's file, to be put into a config; what does not come along is told beside it. */
export async function importGates(input: Input, file: string | undefined): Promise<ExitCode> {
  const { io } = input;
  if (file === undefined) throw gatesNotImported('The file to import is missing.');
  const text = await io.readFile(resolve(io.cwd, file)).catch((error: Error) => {
    throw gatesNotImported(`${file} cannot be read: ${error.message}`);
  });
  const judge = judgeAsked(input);
  const { gates, left } = await (await input.compose()).takeGates(text, file, { judge });
  if (wantsJson(input)) io.stdout.write(`${JSON.stringify({ gates, left })}\n`);
  else {
    io.stdout.write(`${displayLines(['gates:', ...yamlLines(gates as Json, '  ')].join('\n'))}\n`);
    io.stderr.write(displayLines(leftWords(left)));
  }
  return EXIT.done;
}

function judgeAsked({ options }: Input): 'kayenta' | null {
  const name = textOption(options, 'judge');
  if (name === undefined || name === 'kayenta') return name ?? null;
  throw gatesNotImported(`--judge accepts only kayenta, not ${JSON.stringify(name)}.`);
}

const leftWords = (left: readonly string[]) =>
  left.length === 0
    ? 'Everything was imported.\n'
    : `Not imported as it was:\n${left.map((one) => `  ${one}\n`).join('')}`;

/** Sections by indentation, everything else as JSON, which YAML is made of. */
function yamlLines(value: Json, indent: string): readonly string[] {
  if (!isSection(value)) return [`${indent}${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, member]) =>
    isSection(member)
      ? [`${indent}${yamlKey(key)}:`, ...yamlLines(member, `${indent}  `)]
      : [`${indent}${yamlKey(key)}: ${JSON.stringify(member)}`],
  );
}

const isSection = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0;

const yamlKey = (key: string) => (/^[A-Za-z][\w-]*$/.test(key) ? key : JSON.stringify(key));
