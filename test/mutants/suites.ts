import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from './list.ts';
import { wordsFor } from './mutant.ts';

/** `npm run suites -- src/engine/run/step.ts`: the tests that must find a bug in files of that name. */
const wanted = process.argv[2] ?? '';
const suites = new Map<string, Set<string>>();

for (const { file, caughtBy } of MUTANTS) {
  if (!file.includes(wanted)) continue;
  suites.set(file, (suites.get(file) ?? new Set()).add(wordsFor(caughtBy)));
}
for (const [file, found] of [...suites].sort()) {
  const mirror = `test/${file.replace(/^src\//, '').replace(/\.ts$/, '.test.ts')}`;
  const all = existsSync(join(import.meta.dirname, '../..', mirror)) ? [mirror, ...found] : found;
  process.stdout.write(`${file}\n${[...new Set(all)].map((suite) => `  ${suite}\n`).join('')}`);
}
if (suites.size === 0)
  process.stdout.write(
    `No bug is planted in ${wanted}: npx vitest related --run ${wanted} runs every test that loads it.\n`,
  );
