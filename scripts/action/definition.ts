import type { OptionSpec } from '../../src/cli/shell/command.ts';

interface Input {
  readonly name: string;
  readonly kind: 'value' | 'bare' | 'many';
  readonly description: string;
}

/** The action as GitHub reads it: an input for every option of `deploy`. */
export function actionYaml(options: readonly OptionSpec[]): string {
  const inputs = options.filter(({ hidden }) => !hidden).map(inputOf);
  const named = (kind: Input['kind']) =>
    inputs.filter((input) => input.kind === kind).map(({ name }) => name);
  return `# Written by \`npm run action\` from the options of \`deployctl deploy\`.
name: deployctl
description: Deploys a release through its gates, and goes back when one of them fails.
branding: { icon: git-merge, color: green }

inputs:
  working-directory:
    description: Folder that holds the config, or is below the one that does.
    default: .
${inputs.map(inputText).join('\n')}

outputs:
  id:
    description: The deployment, for deployctl rollback; empty where none was begun.
    value: \${{ steps.deploy.outputs.id }}
  result:
    description: succeeded, rolled-back, unfinished, or none where none was begun.
    value: \${{ steps.deploy.outputs.result }}
  version:
    description: The version that was to be deployed.
    value: \${{ steps.deploy.outputs.version }}
  exit-code:
    description: The exit code of deployctl, with which the step ends too.
    value: \${{ steps.deploy.outputs.exit-code }}

runs:
  using: composite
  steps:
    - id: deploy
      shell: bash
      env:
        # As data: an input that stood in the script could run anything.
        DEPLOYCTL_INPUTS: \${{ toJSON(inputs) }}
        DEPLOYCTL_BARE: ${named('bare').join(' ')}
        DEPLOYCTL_MANY: ${named('many').join(' ')}
      run: exec node "$GITHUB_ACTION_PATH/scripts/action/main.ts"
`;
}

function inputOf({ flags, description, choices, many }: OptionSpec): Input {
  const [, name = ''] = /--([a-z-]+)/.exec(flags) ?? [];
  const kind = many ? 'many' : flags.includes('<') ? 'value' : 'bare';
  const isListed = !choices || choices.every((choice) => description.includes(choice));
  const how = { value: '', bare: ' (true or false)', many: '; one on each line' }[kind];
  const words = description.replace(' (repeatable)', '');
  return { name, kind, description: `${words}${isListed ? '' : `: ${choices.join(', ')}`}${how}` };
}

function inputText({ name, description }: Input): string {
  return `  ${name}:
    description: ${JSON.stringify(description)}
    default: ''`;
}
