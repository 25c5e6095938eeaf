import { links } from './extension-pages.ts';
import {
  entryOf,
  isSource,
  phased,
  row,
  rows,
  schema,
  sectionOf,
  table,
  without,
} from './tables.ts';

export function configPage(): string {
  const { properties = {}, required = [] } = schema;
  const common = sectionOf(properties.defaults ?? {}).properties ?? {};
  const gates = entryOf(properties.gates ?? {});
  const sources = Object.entries(gates.properties ?? {}).filter(([name]) => isSource(name));
  const judge = without(gates.properties, Object.fromEntries(sources));
  const top = Object.entries(properties).filter(([name]) => name !== '$schema');
  return `# The config

Written by \`npm run reference\` from the schema that the program itself uses. A commented file with every key is [deploy.config.example.yaml](../../deploy.config.example.yaml); \`deployctl validate\` checks one.

Without \`--config\` the file is looked for in this folder and those above it, up to the one that holds \`.git\`: \`deploy.config\` with the ending \`yaml\`, \`yml\`, \`json\`, \`js\`, \`mjs\` or \`ts\`, or the key \`deploy\` of \`package.json\`. One that others could have written, because of its own folder or one above, is not taken unless \`--config\` names it. Durations have a unit (\`500ms\`, \`30s\`, \`5m\`, \`1h30m\`), shares a percent sign, sizes a unit (\`10MB\`, \`512KiB\`). An unknown key is an error. Text may hold \`\${service}\`, \`\${environment}\`, \`\${release}\`, \`\${git.sha}\`, \`\${env.NAME}\` for names in \`allowEnv\`, and \`\${env.NAME:-default}\`; \`$\${\` is a plain \`\${\`. It is replaced once; what came in is not looked at again.

## At the top

${table(top.map(([name, node]) => row(name, node, { required: required.includes(name) })))}

## provider

\`provider.NAME\` has the keys of that provider: ${links('providers')}.

## bootstrap

${table(rows(sectionOf(properties.bootstrap ?? {}), '', 1))}

## history

${table(rows(sectionOf(properties.history ?? {})))}

## Options of every strategy

They stand under a strategy, or under \`defaults\` for all of them. The phases are \`preflight\`, \`start\`, \`check\`, \`shift\`, \`promote\`, \`bake\`, \`retire\`.

${table(rows(without({ ...common }, { hooks: {}, onFailure: {} })).concat(phased(common)))}

## Options of one strategy

They stand under the name of the strategy: ${links('strategies')}.

## gates

\`gates.NAME\` has exactly one source and says how its readings are judged.

### Sources

The section of a source has its own keys: ${links('gates')}.

### Judging

${table(rows({ properties: judge }))}

## environments

\`environments.NAME\` is laid over the rest when \`--env NAME\` is given. Sections merge key by key; lists and single values replace; \`null\` removes. The same rules hold for \`defaults\` below a strategy and for \`bootstrap.provider\` over \`provider\`. Overlays that were not chosen are checked too.
`;
}
