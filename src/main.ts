import manifest from '../package.json' with { type: 'json' };
import type { Io } from './cli/shell/io.ts';

export { processIo } from './host/io.ts';

/** Runs one command line. The only place that catches everything. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv[0] === '--version' || argv[0] === '-V') return await version(io);
    const { runProgram } = await import('./cli/program.ts');
    const compose = async () => (await import('./compose/index.ts')).compose(io);
    return await runProgram({ argv, io, compose });
  } catch (error) {
    const { renderError } = await import('./cli/shell/render-error.ts');
    return renderError(error, io);
  }
}

/** A fault that is nobody's answer: it was thrown where nobody waited for it. Ends the process. */
export async function tellFault(fault: unknown, io: Io): Promise<number> {
  const { renderError } = await import('./cli/shell/render-error.ts');
  return renderError(fault, io);
}

/** Asked for by scripts more often than anything else, so it loads nothing. */
async function version(io: Io): Promise<number> {
  io.stdout.write(`${manifest.version}\n`);
  return (await io.isShown()) ? 0 : 1;
}
