import { Edge } from './edge/edge.ts';
import type { Channel } from './messages.ts';

process.umask(0o077);
process.title = 'deployctl-edge';
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

/** The keeper starts another one within the blink of an eye: better than going on in doubt. */
function die(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

new Edge(process.argv[2] as string).meet(process as unknown as Channel);
