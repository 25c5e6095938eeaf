import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../../../src/lib/safe-files/compile-cache.ts';

export type Program = 'keeper' | 'edge';

/** The file next to this one: a source in development, a bundle when published. */
function programsFileOf(program: Program): string {
  const names = [`../${program}/main.ts`, `./${program}.js`, `../${program}.js`];
  const found = names
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find((file) => existsSync(file));
  if (!found) throw new Error(`the ${program} program is missing next to ${import.meta.url}`);
  return found;
}

/** Loading takes half as long from the second time on: whoever replaces a killed program is sooner there. */
function keptCompiled(): Record<string, string> {
  const folder = compileCache(process.env);
  return folder === null ? {} : { NODE_COMPILE_CACHE: folder };
}

const INHERITED = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR)$/;

/** What may be handed to a process that outlives the command: nothing of the caller's secrets. */
export function plainEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => INHERITED.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

/**
 * What is made for a request is garbage with its answer: a small nursery finds that out sooner, and
 * keeps the proxy at half the memory under many connections.
 */
const ENGINE: Readonly<Record<Program, readonly string[]>> = {
  keeper: [],
  edge: ['--max-semi-space-size=4'],
};

/** One heap for all threads: the edge's work is done by one. */
const ALLOCATOR = { MALLOC_ARENA_MAX: '1' };

/** Starts it in a session of its own, so that neither a terminal nor the caller's death ends it. */
export function launch(
  program: Program,
  home: string,
  options: { log: string; ipc: boolean },
): ChildProcess {
  const log = openSync(options.log, 'a', 0o600);
  try {
    return spawn(process.execPath, [...ENGINE[program], programsFileOf(program), home], {
      cwd: home,
      detached: true,
      env: { ...plainEnvironment(), ...keptCompiled(), ...ALLOCATOR },
      stdio: options.ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}
