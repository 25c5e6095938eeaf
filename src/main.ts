import manifest from '../package.json' with { type: 'json' };

/** What the command line may touch of the process around it. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

export function processIo(): Io {
  return { stdout: process.stdout, stderr: process.stderr };
}

export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version') {
    io.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  io.stderr.write('deployctl: no commands yet; try --version.\n');
  return 2;
}
