import { readFileSync } from 'node:fs';
import type { Keyboard } from '../cli/shell/io.ts';

const CTRL: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001c': 'SIGQUIT',
  '\u001a': 'SIGTSTP',
};

/** Only in the foreground: who changes or reads a terminal from behind is stopped by the system. */
export function keyboardOf(): Keyboard {
  const { stdin } = process;
  return {
    listen: (typed) => {
      const open = () => {
        if (!isInForeground()) return;
        stdin.setRawMode(true);
        stdin.resume();
      };
      const shut = () => {
        stdin.pause();
        if (stdin.isRaw) stdin.setRawMode(false);
      };
      const hear = (chunk: Buffer) => {
        for (const key of chunk.toString('utf8')) {
          const signal = CTRL[key];
          if (signal === undefined) typed(key);
          else if (signal === 'SIGINT') process.kill(process.pid, signal);
          else {
            shut();
            process.kill(process.pid, signal);
          }
        }
      };
      stdin.on('data', hear);
      process.on('SIGCONT', open);
      open();
      return () => {
        stdin.off('data', hear);
        process.off('SIGCONT', open);
        shut();
      };
    },
  };
}

/** What the kernel says of our terminal: whose turn it is to read. True where it does not tell. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , turn] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === turn;
  } catch {
    return true;
  }
}
