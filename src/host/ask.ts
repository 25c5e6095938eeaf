import { displaySafe } from '../lib/display-safe.ts';

/** Null when nobody answers any more: the input has ended, or Ctrl-C. */
export async function ask(question: string): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => resolve(null));
    lines.question(displaySafe(question), (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
