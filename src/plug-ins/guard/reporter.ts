import type { Reporter } from '../../contract/index.ts';

export function guardedReporter(reporter: Reporter): Reporter {
  return {
    // One that answers later than it should is listened to as well, for what it throws.
    report: (event) => reporter.report(structuredClone(event)),
    close: () => reporter.close?.(),
  };
}
