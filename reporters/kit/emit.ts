import type { DeployEvent, Reporter } from '../../src/contract/index.ts';

/** Told once for each reporter that is switched off. */
export type OnBroken = (error: unknown, reporter: Reporter) => void;

/** One event to all reporters. One that throws is switched off; the others and the deployment go on. */
export function fanOut(
  reporters: readonly Reporter[],
  onBroken: OnBroken,
): (event: DeployEvent) => void {
  const working = new Set(reporters);
  const switchOff = (reporter: Reporter, error: unknown) => {
    if (working.delete(reporter)) tell(onBroken, error, reporter);
  };
  return (event) => {
    for (const reporter of [...working]) {
      try {
        catchLater(reporter.report(event), (error) => switchOff(reporter, error));
      } catch (error) {
        switchOff(reporter, error);
      }
    }
  };
}

/** Ms that one reporter may take to close; the deployment is over, and somebody waits for its end. */
const LONGEST_CLOSE = 5000;

/** Closes each, also those switched off: one may have hidden the cursor. */
export async function closeAll(reporters: readonly Reporter[], onBroken: OnBroken): Promise<void> {
  for (const reporter of reporters) {
    try {
      await withinTime(reporter.close?.());
    } catch (error) {
      tell(onBroken, error, reporter);
    }
  }
}

async function withinTime(closing: unknown): Promise<void> {
  if (!(closing instanceof Promise)) return;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(
    () => reject(new Error(`it did not close within ${LONGEST_CLOSE} ms`)),
    LONGEST_CLOSE,
  );
  await Promise.race([closing, late]).finally(() => clearTimeout(limit));
}

/** A plug-in may be asynchronous although the contract says void. */
function catchLater(answer: unknown, onError: (error: unknown) => void): void {
  if (answer instanceof Promise) answer.catch(onError);
}

function tell(onBroken: OnBroken, error: unknown, reporter: Reporter): void {
  try {
    onBroken(error, reporter);
  } catch {
    // The notice of a broken reporter is not worth a deployment either.
  }
}
