import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const USAGE =
  'usage: npm run bench:against -- COMMIT [PART ...]   parts: startup engine fleet (all three when left out)';
const TURNS = 3;
const HERE = resolve(import.meta.dirname, '../..');
/** `✔ start-up of --help: 1.50 × bare node (34 ms) (goal ≤ 1.5 ×)`: the name of a row, and its first number. */
const ROW = /^[✔✖] (.+?): ([\d.]+)(?: (×|ms|MB|cores))?/gm;

type Rows = Map<string, number[]>;

/** The same numbers of an older commit and of what is here, in turns, so that a busy machine slows both alike. */
function compare(commit: string, parts: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-against-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--shared', HERE, folder], { stdio: 'inherit' });
    execFileSync('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
    execFileSync('npm', ['ci', '--prefer-offline', '--silent'], { cwd: folder, stdio: 'inherit' });
    const [then, now]: readonly [Rows, Rows] = [new Map(), new Map()];
    for (let turn = 0; turn < TURNS; turn++) {
      measure(folder, parts, then);
      measure(HERE, parts, now);
    }
    for (const [what, values] of now) print(what, Math.min(...values), then.get(what));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A goal that is missed there or here ends the bench with 1; what it printed counts all the same. */
function measure(folder: string, parts: readonly string[], rows: Rows): void {
  const { stdout, stderr } = spawnSync('npm', ['run', '--silent', 'bench', '--', ...parts], {
    cwd: folder,
    encoding: 'utf8',
  });
  const found = [...stdout.matchAll(ROW)];
  if (found.length === 0) throw new Error(`the bench in ${folder} printed no number: ${stderr}`);
  for (const [, what = '', value, unit = ''] of found) {
    const name = `${what}${unit && `, ${unit}`}`;
    rows.set(name, [...(rows.get(name) ?? []), Number(value)]);
  }
}

function print(what: string, now: number, before: readonly number[] | undefined): void {
  const then = before ? Math.min(...before) : null;
  const told = then === null ? 'not measured then' : `then ${then}, ${(now / then).toFixed(2)} ×`;
  process.stdout.write(`${what}: now ${now}, ${told}\n`);
}

const [commit, ...parts] = process.argv.slice(2);
if (commit === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  compare(commit, parts.length > 0 ? parts : ['startup', 'engine', 'fleet']);
}
