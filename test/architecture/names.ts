import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

const ROOT = join(import.meta.dirname, '../..');
const PRODUCT = '{src,strategies,providers,gates,stores,reporters}/**/*.ts';

/** Names that a convention asks of every extension: its door, its settings, its parts. */
export const CONVENTIONAL: Readonly<Record<string, string>> = {
  kind: 'what an extension exports to the catalogue',
  settings: 'the settings of an extension',
  command: 'what each file of src/cli/commands exports',
  start: 'one of the six operations, in each provider',
  scale: 'one of the six operations, in each provider',
  route: 'one of the six operations, in each provider',
  replace: 'one of the six operations, in each provider',
  promote: 'one of the six operations, in each provider',
  retire: 'one of the six operations, in each provider',
};

/** Names that files of the product define at their top level, with the files. */
export function topLevelNames(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync(PRODUCT, { cwd: ROOT }).sort()) {
    for (const name of namesIn(file, readFileSync(join(ROOT, file), 'utf8')))
      found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

function namesIn(file: string, source: string): Set<string> {
  const names = new Set<string>();
  for (const statement of parseSync(file, source).program.body) {
    const declared =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (!declared) continue;
    if (declared.type === 'VariableDeclaration') {
      for (const { id } of declared.declarations) if (id.type === 'Identifier') names.add(id.name);
    } else if ('id' in declared && declared.id && 'name' in declared.id)
      names.add(declared.id.name);
  }
  return names;
}

if (process.argv[1] === import.meta.filename) {
  const names = topLevelNames();
  const shared = [...names].filter(([name, files]) => files.length > 1 && !CONVENTIONAL[name]);
  shared.sort((a, b) => b[1].length - a[1].length);
  for (const [name, files] of shared)
    process.stdout.write(`${String(files.length).padStart(3)}  ${name}  ${files.join(' ')}\n`);
  const percent = (n: number) => `${n} (${((100 * n) / names.size).toFixed(1)} %)`;
  const often = shared.filter(([, files]) => files.length > 2).length;
  process.stdout.write(
    `${names.size} names; in two or more files ${percent(shared.length)}, in three or more ${often}\n`,
  );
}
