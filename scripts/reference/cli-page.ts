import { catalogue } from '../../src/cli/commands/index.ts';
import type { Command } from '../../src/cli/shell/command.ts';
import { cell } from './tables.ts';

export async function cliPage(): Promise<string> {
  const commands = await Promise.all(
    catalogue.map(async ({ name, summary, load }) => ({ name, summary, command: await load() })),
  );
  const list = commands.map(({ name, summary }) => `| [\`${name}\`](#${name}) | ${summary} |`);
  const sections = commands.map(({ name, command }) => commandSection(name, command));
  return `# Commands

Written by \`npm run reference\`; \`deployctl <command> --help\` says the same.

| command | |
|---|---|
${list.join('\n')}

A deployment is named by its id, or by the beginning of it where only one begins so. Commands that take none mean the newest deployment of the service: the one of the config here, the one \`--service\` names, or the only one recorded. Exit codes: [guide](../guide.md#exit-codes).

${sections.join('\n\n')}
`;
}

function commandSection(name: string, command: Command): string {
  const usage = `deployctl ${name}${command.arguments ? ` ${command.arguments}` : ''} [options]`;
  const shown = command.options.filter(({ hidden }) => !hidden);
  const options = shown.map(({ flags, description, choices }) => {
    const listed = choices && !choices.every((choice) => description.includes(choice));
    return `| \`${flags}\` | ${cell(description)}${listed ? `: ${choices.join(', ')}` : ''} |`;
  });
  const width = Math.max(...command.examples.map(([line]) => line.length));
  const examples = command.examples.map(([line, what]) => `${line.padEnd(width)}  # ${what}`);
  return [
    `## ${name}\n\n${command.description}`,
    `\`\`\`\n${usage}\n\`\`\``,
    ...(options.length > 0 ? [`| option | |\n|---|---|\n${options.join('\n')}`] : []),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ].join('\n\n');
}
