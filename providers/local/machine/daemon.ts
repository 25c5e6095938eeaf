import { flushCompileCache } from 'node:module';
import { folderTitleOf } from '../home/folder.ts';
import type { Program } from './programs.ts';

/** Long enough that whatever a start needs was loaded. */
const WARM = 2000;

/** What keeper and edge have in common: private files, deaf to terminals, dead rather than in doubt. */
export function stand(program: Program, home: string): void {
  process.umask(0o077);
  process.title = folderTitleOf(program, home);
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  // They never end in an orderly way, which is when Node would write what it compiled.
  setTimeout(flushCompileCache, WARM).unref();
}

/** The other one starts another within the blink of an eye: better than going on in doubt. */
export function die(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.kill(process.pid, 'SIGKILL');
}
