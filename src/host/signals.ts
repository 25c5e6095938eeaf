import type { Interrupts, Io, SignalName } from '../cli/shell/io.ts';

/** At the start: whoever waits for this process. */
const parent = process.ppid;

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How often it is looked whether whoever started this is still there. */
const SIGNALS_LOOK_INTERVAL_MS = 250;

/**
 * A shell or npm in between passes no SIGTERM on: it dies of it, and in a CI job the deployment would
 * go on with nobody who waits for it. To be left alone there counts as a hang-up.
 */
export function signalsOf(env: Io['env']): Interrupts {
  return {
    listen: (heard) => {
      const lookAway = env.CI ? onceLeftAlone(() => heard('SIGHUP')) : () => {};
      const hear = (signal: SignalName) => {
        // What ends us may end whoever waits for us, too: that is not a second wish.
        lookAway();
        heard(signal);
      };
      for (const signal of SIGNALS) process.on(signal, hear);
      return () => {
        lookAway();
        for (const signal of SIGNALS) process.off(signal, hear);
      };
    },
  };
}

function onceLeftAlone(act: () => void): () => void {
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    act();
  }, SIGNALS_LOOK_INTERVAL_MS).unref();
  return () => clearInterval(looking);
}
