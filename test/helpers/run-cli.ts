import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Io } from '../../src/cli/shell/io.ts';
import type { SignalName } from '../../src/engine/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { runCli } from '../../src/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  /** What a person at the keyboard answers, in order; without any nobody sits there. */
  readonly answers?: readonly (string | null)[];
  /** Told of all that is written, as it is. */
  readonly heard?: (text: string) => void;
  /** What is typed while something goes on. */
  readonly keyboard?: Io['keyboard'];
}

/** A folder with a state folder of its own, where command lines run inside the test's process. */
export class CliFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployctl-cli-'));
  readonly #ids: string[] = [];
  readonly #listeners = new Set<(signal: SignalName) => void>();

  get state(): string {
    return join(this.folder, '.state');
  }

  write(name: string, text: string): this {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return this;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  delete(name: string): void {
    rmSync(join(this.folder, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  signal(name: SignalName): void {
    for (const heard of [...this.#listeners]) heard(name);
  }

  /** Runs a command line as words of one string; quotes keep words together. */
  run(line: string, around: Around = {}): Promise<Ran> {
    const words = line.match(/"[^"]*"|\S+/g) ?? [];
    return this.runArgs(
      words.map((word) => word.replace(/^"(.*)"$/, '$1')),
      around,
    );
  }

  async runArgs(argv: readonly string[], around: Around = {}): Promise<Ran> {
    const said = { stdout: '', stderr: '' };
    const code = await runCli(argv, this.#io(said, around));
    return { code, ...said };
  }

  /** Text without what differs from run to run; ids are numbered as they appear. */
  plain(text: string): string {
    const fresh = readIds(join(this.state, 'deployctl/journal/deployments'))
      .filter((id) => !this.#ids.includes(id) && text.includes(id))
      .sort((a, b) => text.indexOf(a) - text.indexOf(b));
    this.#ids.push(...fresh);
    return this.#ids
      .reduce((rest, id, at) => rest.replaceAll(id, `<id ${at + 1}>`), text)
      .replaceAll(this.folder, '<here>')
      .replaceAll(new RegExp(`\\b${userInfo().username}\\b`, 'g'), '<user>')
      .replaceAll(/\b[\w-]+ \(pid \d+\)/g, '<host> (pid <n>)')
      .replaceAll(/^ *\+\d+(\.\d+)?(ms|s|m)( \d+s)? /gm, '  +<time> ')
      .replaceAll(/(?<=done in |Took |failed after )\d[\w.]*( \d+\w+)?/g, '<time>')
      .replaceAll(/ ago \((\d{4}-\d\d-\d\d )?\d\d:\d\d\)/g, ' ago')
      .replaceAll(/\d[\w.]* ago/g, '<time> ago')
      .replaceAll(/live for \d[\w. ]*,/g, 'live for <time>,')
      .replaceAll(/(?<=(succeeded|rolled-back|unfinished) +)\d[\w.]*(?= )/g, '<time>')
      .replaceAll(/-[0-9a-f]{8}\b/g, '-<hash>')
      .replaceAll(/(?<=\S) {2,}/g, '  ');
  }

  #io(said: { stdout: string; stderr: string }, around: Around): Io {
    const { columns, isTTY, answers = [] } = around;
    const left = [...answers];
    const output = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => {
        said[name] += text;
        around.heard?.(text);
      },
      columns,
      isTTY,
    });
    return {
      conceal: async () => {},
      redact: (text) => text,
      stdout: output('stdout'),
      stderr: output('stderr'),
      readerGone: new AbortController().signal,
      isShown: async () => true,
      interactive: answers.length > 0,
      ask: async (question) => {
        said.stderr += question;
        return left.shift() ?? null;
      },
      keyboard: around.keyboard ?? null,
      env: { PATH: process.env.PATH, HOME: this.folder, XDG_STATE_HOME: this.state, ...around.env },
      cwd: this.folder,
      clock: systemClock,
      signals: {
        listen: (heard) => {
          this.#listeners.add(heard);
          return () => this.#listeners.delete(heard);
        },
      },
      readFile: (path) => readFile(resolve(this.folder, path), 'utf8'),
      writeFile: (path, text, options) =>
        writeFile(resolve(this.folder, path), text, { flag: options?.fresh ? 'wx' : 'w' }),
    };
  }
}

function readIds(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One command line and how it must exit. */
export type Row = readonly [line: string, exit: number, around?: Around];

/** Runs the rows in order; a transcript for the golden file, and the exit codes as they were. */
export async function transcript(fixture: CliFixture, rows: readonly Row[]) {
  const parts: string[] = [];
  const exits: (readonly [string, number])[] = [];
  for (const [line, , around] of rows) {
    const { code, stdout, stderr } = await fixture.run(line, around);
    parts.push(`$ deployctl ${line}\n${fixture.plain(`${stdout}${stderr}`)}[exit ${code}]\n`);
    exits.push([line, code]);
  }
  return { text: parts.join('\n'), exits, wanted: rows.map(([line, exit]) => [line, exit]) };
}

/** The least config: the memory provider, no waiting. The service's name keeps tests apart. */
export const memoryConfig = (service: string, more = '') => `\
service: ${service}
strategy: canary
provider: { memory: {} }
${more || 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%] }'}
`;
